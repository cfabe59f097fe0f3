"""What a button or a command does, from a work folder to its result: the only place that wires the rooms together.

A button and a command are two ways to call the same job. Jobs say how far they are through `Progress`
and return plain results; they print nothing and never ask what day it is.
"""
