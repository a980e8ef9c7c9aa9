"""The image representation: contract, codec and everything that works on pixels alone."""
