"""Files made worse on purpose, in great numbers."""
