"""The officers’ pages, through a client without script and through a real browser."""
