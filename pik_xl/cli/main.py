"""The entrance of `pik-xl`: runs what the command line says, and turns whatever happens into an exit code."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from pik_xl.cli import console
from pik_xl.cli.app import app
from pik_xl.cli.command import BUG, CLEAN, MENDABLE, STOPPED
from pik_xl.cli.help import complaint
from pik_xl.errors import PikError
from pik_xl.jobs.crash import record


def main() -> None:
    """The entrance of `pik-xl`: exit code 0 clean, 1 findings, 2 the user can mend it, 3 a bug with a log file.

    130 says that somebody pressed Ctrl-C. A reader that has seen enough (`| head -1`) is no fault.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = _run()
        sys.stdout.flush()
    except (OSError, SystemExit) as end:
        if not _nobody_reads(end):
            raise
        with suppress(OSError):  # what is left would be flushed, and fail, when Python ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = CLEAN
    sys.exit(code)


def _run() -> int:
    """Does what the command line says, and tells the user what kept it from that."""
    try:
        code = app(standalone_mode=False)
    except PikError as problem:
        console.say(str(problem), error=True)
        code = MENDABLE
    except KeyboardInterrupt:
        code = STOPPED
    except OSError as error:
        if _nobody_reads(error):
            raise
        console.say(console.no_access(error), error=True)
        code = MENDABLE
    except Exception as error:
        code = _usage(error) if hasattr(error, "format_message") else _bug()
    if code == STOPPED:  # typer, too, answers Ctrl-C with this code
        console.say("Abgebrochen.", error=True)
    return code if isinstance(code, int) else CLEAN


def _nobody_reads(end: BaseException) -> bool:
    """Whether what was written found no reader any more; typer and rich end with code 1 then.

    Windows says of such a pipe that the argument is invalid, and names no file.
    """
    cause = end.__context__ if isinstance(end, SystemExit) else end
    if isinstance(cause, OSError) and sys.platform == "win32" and cause.errno == errno.EINVAL:
        return cause.filename is None
    return isinstance(cause, BrokenPipeError)


def _usage(error: Any) -> int:
    """A command line that cannot be understood."""
    if type(error).__name__.startswith("NoArgsIsHelp"):
        console.say(error.format_message())
        return CLEAN
    console.say(complaint(error), error=True)
    return MENDABLE


def _bug() -> int:
    """Write the traceback where support can find it, and tell the user only that."""
    console.say(record(datetime.now(), hier=Path.cwd()), error=True)
    return BUG
