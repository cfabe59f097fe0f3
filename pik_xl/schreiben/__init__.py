"""The letters of a run: what they say, where they are written, and their record."""
