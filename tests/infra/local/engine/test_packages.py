"""Packages are unpacked once for all processes of a function, with the bytecode that is there already."""

import os
import py_compile
import time
import zipfile
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from ministack.core import lambda_runtime

from infra.local.engine.shortcuts.packages import share_packages
from infra.paths import ROOT

MODULE = "earshot/errors.py"


@pytest.fixture(autouse=True)
def _no_emulator_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_runtime, "zipfile", zipfile)


def unpack(archive: Path, place: Path) -> Path:
    """As MiniStack does it for each process."""
    place.mkdir()
    with lambda_runtime.zipfile.ZipFile(archive) as package:
        package.extractall(place)
    return place


def packed(archive: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(archive, "w") as package:
        for name, content in files.items():
            package.writestr(name, content)
    return archive


def test_two_processes_read_from_one_folder_and_another_package_has_its_own(tmp_path: Path) -> None:
    share_packages(tmp_path / "packages")
    archive = packed(tmp_path / "a.zip", handler=b"1")
    first, second = unpack(archive, tmp_path / "first"), unpack(archive, tmp_path / "second")
    other = unpack(packed(tmp_path / "b.zip", handler=b"2"), tmp_path / "other")
    assert first.resolve() == second.resolve() != other.resolve()
    assert [(place / "handler").read_bytes() for place in (first, second, other)] == [b"1", b"1", b"2"]


def test_bytecode_comes_with_what_is_the_same_in_this_checkout_and_with_nothing_else(tmp_path: Path) -> None:
    source = ROOT / "functions" / MODULE
    py_compile.compile(str(source))
    share_packages(tmp_path / "packages")
    same = unpack(packed(tmp_path / "a.zip", **{MODULE: source.read_bytes()}), tmp_path / "same") / MODULE
    # The time and size of the source, by which Python tells whether bytecode is of it.
    header = Path(cache_from_source(str(same))).read_bytes()[8:16]
    assert header == (int(same.stat().st_mtime) & 0xFFFFFFFF).to_bytes(4, "little") + same.stat().st_size.to_bytes(
        4, "little"
    )
    older = source.read_bytes().replace(b"Earshot", b"Farshot", 1)
    changed = unpack(packed(tmp_path / "b.zip", **{MODULE: older}), tmp_path / "changed") / MODULE
    assert not Path(cache_from_source(str(changed))).exists()


def test_what_no_process_was_started_from_for_a_day_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "packages"
    share_packages(folder)
    used, unused = (unpack(packed(tmp_path / f"{name}.zip", name=name.encode()), tmp_path / name) for name in "ab")
    kept, gone = used.resolve(), unused.resolve()
    two_days_ago = time.time() - 2 * 24 * 60 * 60
    for place in (kept, gone):
        os.utime(place, (two_days_ago, two_days_ago))
    unpack(tmp_path / "a.zip", tmp_path / "again")
    share_packages(folder)
    assert (kept.exists(), gone.exists()) == (True, False)
