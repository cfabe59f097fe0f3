"""Files that are whole or not there, and one run at a time in a folder: lock, rename, swap."""
