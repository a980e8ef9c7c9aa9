"""Measures of a stylised image, one a module, as pure functions."""
