"""Reads a master: what the office typed in it, and what the last run wrote."""
