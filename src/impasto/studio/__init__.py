"""The studio: a photograph whose objects each have a style of their own, changed at once."""
