"""Nothing grows out of sight: few files side by side, and no file that nobody reads to its end."""

from collections import Counter
from pathlib import Path

import pytest

from infra.paths import ROOT

MAX_FILES, MAX_LINES = 12, 300
# Rules are data: a list of patterns is read entry by entry.
RULE_DATA = ROOT / "functions" / "earshot" / "triage" / "rules"
SOURCES = ("functions", "infra", "tests")


def files_of(folder: str) -> list[Path]:
    """The files below a folder, without what tools leave there."""
    found = (ROOT / folder).rglob("*")
    left_by_tools = ("__pycache__", ".egg-info")
    return [file for file in found if file.is_file() and not any(name in str(file) for name in left_by_tools)]


@pytest.mark.parametrize("folder", SOURCES)
def test_no_folder_has_more_files_side_by_side_than_a_reader_takes_in(folder: str) -> None:
    counts = Counter(file.parent.relative_to(ROOT).as_posix() for file in files_of(folder))
    assert {name: count for name, count in counts.items() if count > MAX_FILES} == {}


@pytest.mark.parametrize("folder", SOURCES)
def test_no_file_is_longer_than_a_reader_reads(folder: str) -> None:
    files = [file for file in files_of(folder) if file.suffix == ".py" and RULE_DATA not in file.parents]
    lines = {file.relative_to(ROOT).as_posix(): len(file.read_text("utf-8").splitlines()) for file in files}
    assert len(lines) > 50
    assert {name: count for name, count in lines.items() if count > MAX_LINES} == {}
