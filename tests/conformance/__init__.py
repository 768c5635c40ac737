"""Recounts of real elections."""
