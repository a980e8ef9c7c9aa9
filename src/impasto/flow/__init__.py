"""Optical flow: where each pixel of a frame was before, where it can be trusted, and its use."""
