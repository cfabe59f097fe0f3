"""The door for Excel: the master while it is open there, and what a machine needs."""
