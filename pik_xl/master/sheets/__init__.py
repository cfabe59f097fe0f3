"""What stands in the master: every sheet with its columns and its rows. Pure."""
