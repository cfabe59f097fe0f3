"""What stands in the master: every sheet, its columns and its rows. Pure."""
