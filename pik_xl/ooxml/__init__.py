"""Office files as such: a strange workbook read guardedly, our own changed without losing a byte of it."""
