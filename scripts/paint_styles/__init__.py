"""Paintings made by code: the original style images that ship inside the package."""
