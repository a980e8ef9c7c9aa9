"""Segmentation: a photograph and a few clicks in, the mask of what was pointed at out."""
