"""Loss terms, one a module, as pure functions of features or images."""
