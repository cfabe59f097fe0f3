"""The door for Excel: the master while it is open there, the run that can be watched, what a machine needs."""
