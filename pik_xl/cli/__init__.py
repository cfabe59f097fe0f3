"""The door for the command line: the commands by family, listed in `app`, German in and German out."""
