"""The papers' tables and figures, made again on the machine at hand."""
