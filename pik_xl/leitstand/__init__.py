"""The door where Excel must not start programs: the same buttons in a window, and a calculator."""
