"""The optimisation engine: an image that minimises a sum of weighted terms."""
