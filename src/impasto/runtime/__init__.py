"""How a feed-forward network is executed: OpenVINO, ONNX Runtime or torch; whole or in tiles."""
