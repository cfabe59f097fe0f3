"""Brings a master up to date and loses nothing that people typed."""
