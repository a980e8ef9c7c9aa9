"""Methods of style transfer, one a module, and the catalogue of them."""
