"""Residents: propose, answer, vote, keep a receipt."""
