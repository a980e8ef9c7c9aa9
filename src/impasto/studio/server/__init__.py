"""The studio as a server: documents in browsers, over HTTP and WebSockets."""
