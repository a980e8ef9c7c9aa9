"""What a result says about how it was made, and making it again."""
