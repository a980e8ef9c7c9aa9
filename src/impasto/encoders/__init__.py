"""Encoders: an image in, named features out."""
