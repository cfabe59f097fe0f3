"""The door for the command line: German in, German out."""
