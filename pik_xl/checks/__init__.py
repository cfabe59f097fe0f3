"""What is wrong with an application: every check with its code, its words and its severity, a module a theme.

`catalogue` lists them, `runner` runs them, `subjects` are what they look at; every other module is a theme.
"""
