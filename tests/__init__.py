"""Commonpot's tests: they mirror the packages; journeys/ drives a browser, faults/ breaks things, conformance/ recounts."""
