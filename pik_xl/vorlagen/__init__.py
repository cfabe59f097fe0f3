"""Word templates: the fields a letter may name, how they print, what is wrong with a template, filling it."""
