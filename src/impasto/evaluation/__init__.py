"""Every method on every pair of photograph and style: painted, measured, and reported."""
