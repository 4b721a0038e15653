"""The package of a function is unpacked and compiled once, and not by each of its processes.

MiniStack unpacks the package and the layers of a function for each process that runs it, and each then compiles what it
imports: most of a cold start. Here they are unpacked into one folder, by their content, which all processes read from
where MiniStack would have unpacked them; the bytecode that the first one writes serves the others, and the next start.
What this checkout has bytecode of comes with it.
"""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import tempfile
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime

from infra.paths import ROOT

_RUNTIME: Any = lambda_runtime
# What no process was started from for so long is of an older version of the code.
_KEPT_SECONDS = 24 * 60 * 60


def share_packages(folder: Path) -> None:
    """Unpack into ``folder`` from now on. What is old there is removed."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - _KEPT_SECONDS:
            shutil.rmtree(old, ignore_errors=True)

    class Shared(zipfile.ZipFile):
        def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
            """Put a link at ``path``, an empty folder, to where the content lies."""
            target = _unpacked(self, folder)
            os.rmdir(path)
            os.symlink(target, path, target_is_directory=True)

    _RUNTIME.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": Shared})


def _unpacked(package: zipfile.ZipFile, folder: Path) -> Path:
    """Where the content of a package lies."""
    content = hashlib.sha256()
    for one in package.infolist():
        content.update(f"{one.filename} {one.file_size} {one.CRC}\n".encode())
    target = folder / content.hexdigest()[:32]
    if target.exists():
        os.utime(target)
        return target
    made = Path(tempfile.mkdtemp(dir=folder))
    zipfile.ZipFile.extractall(package, made)
    _bring_bytecode(made)
    with contextlib.suppress(OSError):
        # Another process of the same function may have come before.
        made.rename(target)
    shutil.rmtree(made, ignore_errors=True)
    return target


def _bring_bytecode(package: Path) -> None:
    """Copy the bytecode of those modules that are the same in this checkout.

    Python compares the time and size of the source that bytecode was made of, so they get that time as well.
    """
    for module in package.rglob("*.py"):
        source = ROOT / "functions" / module.relative_to(package)
        bytecode = Path(importlib.util.cache_from_source(str(source)))
        if bytecode.exists() and source.read_bytes() == module.read_bytes():
            shutil.copystat(source, module)
            copied = Path(importlib.util.cache_from_source(str(module)))
            copied.parent.mkdir(exist_ok=True)
            shutil.copyfile(bytecode, copied)
