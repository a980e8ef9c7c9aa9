"""Moving pictures: files read, styled frame by frame, and written with their sound."""
