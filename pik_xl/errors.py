"""The exception a user is meant to see, and the one that says somebody stopped a run."""

from __future__ import annotations


class PikError(Exception):
    """A problem the user can mend.

    The text is German, complete, and shown exactly as it is (exit code 2);
    anything else that escapes is a bug and goes to a log file (exit code 3).
    """


class Abgebrochen(BaseException):
    """Somebody stopped a run, between two files and with everything whole.

    It is no error, so nothing that catches errors catches it (as with KeyboardInterrupt); only the doors do.
    """

    def __init__(self) -> None:
        super().__init__("Abgebrochen. Was schon geschrieben ist, ist vollständig; sonst hat sich nichts geändert.")
