"""Brings the master up to date, losing nothing that people typed."""
