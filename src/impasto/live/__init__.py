"""A camera in a painter's hand: painted in real time, shown, recorded, and steered meanwhile."""
