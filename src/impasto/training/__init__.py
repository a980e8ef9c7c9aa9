"""Training networks that stylise in one forward pass, from style images and photographs."""
