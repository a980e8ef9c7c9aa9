"""Networks that turn a photograph into a stylised image in one forward pass."""
