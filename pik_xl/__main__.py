"""The command `pik-xl`, also as `python -m pik_xl`: Ctrl-C is answered from the first moment on."""

from __future__ import annotations

import sys


def main() -> None:
    """Load the commands and do what the command line says."""
    try:
        from pik_xl.cli import main as cli
    except KeyboardInterrupt:  # while they are still being loaded
        sys.stderr.write("Abgebrochen.\n")
        sys.exit(130)
    cli.main()


if __name__ == "__main__":
    main()
