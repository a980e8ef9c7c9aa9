"""Where network weights are found, verified, downloaded and loaded."""
