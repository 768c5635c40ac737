"""Commonpot's tests mirror the packages; journeys/ drives a browser, faults/ breaks, conformance/ recounts."""
