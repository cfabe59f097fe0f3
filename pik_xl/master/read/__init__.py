"""Reads the master back: what the office typed, and what the last run wrote."""
