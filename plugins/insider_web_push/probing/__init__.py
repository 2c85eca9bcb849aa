"""What a few calls tell of an account's API, where it does otherwise than the rest of this package assumes."""
