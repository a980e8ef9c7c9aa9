"""Many pictures on many machines: jobs, where they come from, and the pools that do them."""
