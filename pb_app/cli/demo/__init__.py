"""The demo council: invented people, proposals and rounds, made through the real services."""
