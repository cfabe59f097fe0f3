"""What a command costs as a process of its own: CPU and wall seconds, peak MB."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

# A fresh small process starts the command: a child counts the memory of the process it was forked from as its own.
_LAUNCHER = """
import json, os, resource, subprocess, sys, time
cores = int(sys.argv[1])
if cores and hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
begin = time.perf_counter()
run = subprocess.run(sys.argv[2:], capture_output=True, text=True)
wall = time.perf_counter() - begin
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([run.returncode, run.stdout, run.stderr, used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024]))
"""


class Cost(NamedTuple):
    """CPU and wall seconds, peak MB, and what the command said."""

    cpu: float
    wall: float
    mb: float
    out: str


def cost(*arguments: str, cores: int = 0) -> Cost:
    """Run `python arguments...` on that many cores (0: all); SystemExit unless it ends with 0 or 1 (findings)."""
    command: Sequence[str] = (sys.executable, "-c", _LAUNCHER, str(cores), sys.executable, *arguments)
    said = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ})
    code, out, err, cpu, wall, mb = json.loads(said.stdout)
    if code not in (0, 1):
        raise SystemExit(f"{' '.join(arguments)} failed:\n{err}")
    return Cost(cpu, wall, mb, out)
