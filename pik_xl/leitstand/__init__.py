"""The door for offices where Excel must not start programs: a window with the same buttons."""
