"""One part of the report a module: what it measures, and how that is shown."""
