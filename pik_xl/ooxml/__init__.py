"""Office files as such: read guardedly, changed without losing a byte that is not ours."""
