"""Pages that a report is read as: one self-contained HTML file, made of plain values."""
