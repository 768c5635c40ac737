"""Public arithmetic: everything about a round that can be checked from public bytes."""
