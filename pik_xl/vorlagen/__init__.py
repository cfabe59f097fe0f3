"""Word templates: the fields they may name, what is wrong with one, and how it is filled."""
