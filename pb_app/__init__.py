"""The Commonpot application: clocks, secrets, rows and pages."""
