"""The letters of a run: what a notice or a request says, where it is written, the record of it."""
