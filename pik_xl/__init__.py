"""pik-xl: the Pakt für Integration's extension procedure, from the pre-filled form to the notice."""

__version__ = "0.3.0"
