"""One process at a time works on a folder of state: the lock ends with whoever holds it, however that process ends."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from earshot.errors import EarshotError

# How long the emulator of a process that was killed may take to write its state.
PATIENCE_SECONDS = 30


class StateInUseError(EarshotError):
    """Another process works on the folder: the message names it and the remedy."""


class StateLock:
    """A lock on a folder, in its file ``lock``. A child that inherits ``descriptor`` holds it as well."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.file = folder / "lock"
        self.descriptor = -1

    def __enter__(self) -> Self:
        """Take it. StateInUseError at once if the process that holds it lives, and else if its child does not end."""
        self._folder.mkdir(parents=True, exist_ok=True)
        # Not deleted at the end: whoever waits for the lock has opened the file.
        self.descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._is_taken():
            holder = os.pread(self.descriptor, 20, 0).decode()
            if _lives(holder) or time.monotonic() > deadline:
                os.close(self.descriptor)
                raise StateInUseError(
                    f"Another Earshot works in {self._folder} (process {holder or 'unknown'}): stop that one first, or "
                    "choose another folder with --state."
                )
            time.sleep(0.1)
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, str(os.getpid()).encode(), 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self.descriptor)

    def _is_taken(self) -> bool:
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _lives(process: str) -> bool:
    if not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
