"""The page of the live picture and the WebSocket behind it."""
