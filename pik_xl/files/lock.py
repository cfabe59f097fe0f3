"""One run at a time in a work folder: a lock file that says who holds it, since when and by which process.

The file is created exclusively, which every file system promises, also one in the network. Who finds it there is told
who holds it. On the same machine it shows whether that process is still there; of another machine only people know,
so that no lock of another machine is ever taken over by time.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pik_xl.errors import PikError
from pik_xl.files.swap import KENNUNG, MARKE, ORDNER, VOLL, sweep

DATEI = Path("Protokoll", "lauf.sperre")  # in the work folder
_TRIES, _PAUSE = 40, 0.05  # seconds; so long a lock may be half written, or two find one of a dead process at once
_BEING_DELETED = 5  # what Windows says of a file that somebody deletes at this moment
_NEAR = 60.0  # seconds; a process of that number that began otherwise is another one


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock of a folder: person, machine, what runs since when (ISO), and the process and its start.

    `gestartet` is in seconds since 1970, `kennung` the mark of the process on what it is filling.
    """

    wer: str
    rechner: str
    was: str
    seit: str
    prozess: int
    gestartet: float
    kennung: str

    @property
    def here(self) -> bool:
        """Whether it is a process of this machine."""
        return self.rechner == platform.node()

    @property
    def dead(self) -> bool:
        """Whether it is known to have ended without giving the lock back."""
        return self.here and not _runs(self.prozess, self.gestartet)

    @property
    def alive(self) -> bool:
        """Whether it is known to be still there."""
        return self.here and not self.dead

    def in_words(self) -> str:
        """anna am Rechner PC-17, seit 04.05.2020, 14:30 Uhr."""
        return f"{self.wer or 'jemand'} am Rechner {self.rechner}, seit {_zeit(self.seit)}"


class Locked(PikError):
    """Another run holds the folder; `holder` is None where the lock cannot be read."""

    def __init__(self, folder: Path, holder: Holder | None) -> None:
        self.holder, self.path = holder, folder / DATEI
        bitte = "Bitte warten, bis das fertig ist, und dann noch einmal starten."
        if holder is None:
            bitte = "Vielleicht wird sie gerade geschrieben; bitte noch einmal starten."
            wer = f"In diesem Ordner liegt eine Sperre, die nicht lesbar ist ({self.path})."
        else:
            wer = f"In diesem Ordner läuft schon „{holder.was}“: {holder.in_words()}."
        if self.doubtful:
            bitte += f" Ist dort sicher nichts mehr im Gange: pik-xl entsperren {folder}"
        super().__init__(f"{wer} {bitte}")

    @property
    def doubtful(self) -> bool:
        """Whether the run may have ended without giving the folder back, which only people can know."""
        return self.holder is None or not self.holder.here or self.holder.dead


@contextmanager
def locked(folder: Path, was: str, wer: str, jetzt: datetime) -> Iterator[str]:
    """Holds the work folder for a run called `was`, by whom and from when; `Locked` if another run does.

    Yields what there is to tell: that a run before was cut off; else nothing. Whatever ends this run gives the folder
    back, and takes away what it was filling.
    """
    path = folder / DATEI
    with _told(folder):
        path.parent.mkdir(parents=True, exist_ok=True)
    mine = _encoded(Holder(wer, platform.node(), was, f"{jetzt:%Y-%m-%dT%H:%M:%S}", os.getpid(), _started(), KENNUNG))
    told = _take(folder, path, mine)
    try:
        yield told
    except BaseException:
        sweep(folder, KENNUNG)  # whoever is stopped here leaves the lock, and the next run does it
        _give_back(path, mine)
        raise
    _give_back(path, mine)


def holder_of(folder: Path) -> Holder | None:
    """Who holds the folder; None if nobody does. `Locked` if the lock cannot be read."""
    data = _read(folder / DATEI)
    if data is None:
        return None
    if (holder := _decoded(data)) is None:
        raise Locked(folder, None)
    return holder


def unlock(folder: Path, holder: Holder | None) -> None:
    """Takes the lock of this holder away, and what its run left half done (None: one that cannot be read).

    A person was shown who holds it and knows that it ended; `Locked` if it is another's by now.
    """
    path = folder / DATEI
    data = _read(path)
    if data is not None and _decoded(data) != holder:
        raise Locked(folder, _decoded(data))
    if holder:
        sweep(folder, holder.kennung)
    path.unlink(missing_ok=True)
    for claim in path.parent.glob(f"{path.name}.*"):
        claim.unlink(missing_ok=True)


def _take(folder: Path, path: Path, mine: bytes) -> str:
    """Creates the lock, in place of one whose process is gone; what there is to tell of that."""
    told, data = "", None
    for _ in range(_TRIES):
        if _created(path, mine):
            return told
        data = _read(path)
        holder = _decoded(data or b"")
        if data and holder and holder.dead:
            if _removed(folder, path, data, holder):
                told = f"„{holder.was}“ ({holder.in_words()}) wurde nicht zu Ende geführt; der Lauf geht jetzt weiter."
        elif holder:
            raise Locked(folder, holder)
        time.sleep(_PAUSE)
    if data is None:  # nobody has it, and still it cannot be created
        raise PikError(ORDNER.format(folder=folder))
    raise Locked(folder, _decoded(data))


def _created(path: Path, data: bytes) -> bool:
    """Whether the file was created, which succeeds for one of all who try; PikError where nothing can be written."""
    with _told(path.parent.parent):
        try:
            file = path.open("xb")
        except FileExistsError:
            return False
        except OSError as error:
            if getattr(error, "winerror", None) == _BEING_DELETED:
                return False
            raise
        try:
            with file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
    return True


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Says in German what keeps us from writing in the folder."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise PikError(ORDNER.format(folder=folder)) from error
        if error.errno == errno.ENOSPC:
            raise PikError(VOLL.format(path=folder)) from error
        raise


def _removed(folder: Path, path: Path, data: bytes, holder: Holder) -> bool:
    """Takes away just this lock, after what its run was filling: of several only one may, who claims it first."""
    claim = path.with_name(f"{path.name}.{hashlib.sha256(data).hexdigest()[:12]}")
    if not _created(claim, b""):
        return False
    try:
        if _read(path) != data:  # another one did, and somebody holds it again
            return False
        sweep(folder, holder.kennung)
        path.unlink()
        return True
    finally:
        claim.unlink(missing_ok=True)


def _give_back(path: Path, mine: bytes) -> None:
    for _ in range(_TRIES):
        if _read(path) not in (mine, b""):  # a person took it away, and it is another's now
            return
        with suppress(OSError):  # Windows holds it for a virus scanner
            path.unlink(missing_ok=True)
            return
        time.sleep(_PAUSE)


def _read(path: Path) -> bytes | None:
    """What the lock says; None if there is none, nothing while Windows has it for somebody else."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except PermissionError:
        return b""


def _encoded(holder: Holder) -> bytes:
    return json.dumps(asdict(holder), ensure_ascii=False, indent=1).encode()


def _decoded(data: bytes) -> Holder | None:
    """The holder a lock names; None if it is half written or damaged."""
    try:
        holder = Holder(**json.loads(data))
        datetime.fromisoformat(holder.seit)
        numbers = type(holder.prozess) is int and holder.prozess > 0 and isinstance(holder.gestartet, int | float)
        texts = all(isinstance(text, str) for text in (holder.wer, holder.rechner, holder.was))
        return holder if numbers and texts and MARKE.fullmatch(holder.kennung) else None
    except (ValueError, TypeError, RecursionError):
        return None


def _runs(prozess: int, gestartet: float) -> bool:
    """Whether the process is still there; one that has its number and began at another time is another one."""
    import psutil

    try:
        process = psutil.Process(prozess)
        return process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - gestartet) < _NEAR
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:  # it is there, and nothing else may be known of it
        return True


def _started() -> float:
    import psutil

    return psutil.Process().create_time()


def _zeit(iso: str) -> str:
    return f"{datetime.fromisoformat(iso):%d.%m.%Y, %H:%M} Uhr"
