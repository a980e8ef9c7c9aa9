"""Style images that ship with Impasto, painted by its own code."""
