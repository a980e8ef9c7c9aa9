"""The command line: one file per command, translating flags into requests."""
