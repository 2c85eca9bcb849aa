"""Finds out by a few calls where an account's API does otherwise than the rest of this package assumes."""
