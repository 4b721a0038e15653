"""The file of a backup: whole or refused, and for its owner alone."""

import gzip
import stat
from pathlib import Path

import pytest

from infra.cli.exit_status import EXIT_UNUSABLE
from infra.ops.backup.file import CASES, SOURCES, BackupError, Item, open_backup, write_backup
from tests.infra.cli import invoke

ITEMS: list[Item] = [
    {"pk": {"S": "CASE#1"}, "sk": {"S": "CASE"}, "text": {"S": "où est mon bagage ? 🧳"}, "packed": {"B": b"\x00\xff"}},
    {"pk": {"S": "LINK#1"}, "sk": {"S": "LINK"}, "deep": {"M": {"base64": {"S": "not bytes"}, "b": {"B": b"x"}}}},
]


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "b.jsonl.gz"
    written = write_backup(file, {CASES: ITEMS, SOURCES: [{"pk": {"S": "terms"}}]}, "earshot")
    found = open_backup(file)
    assert found == written
    assert list(found.items(CASES)) == ITEMS
    assert list(found.items(SOURCES)) == [{"pk": {"S": "terms"}}]
    assert found.counts == {CASES: 2, SOURCES: 1}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["b.jsonl.gz"]


def test_an_empty_stack_has_a_backup_too(tmp_path: Path) -> None:
    write_backup(tmp_path / "b", {CASES: (), SOURCES: ()}, "earshot")
    assert list(open_backup(tmp_path / "b").items(CASES)) == []


def test_one_that_broke_off_leaves_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "b"
    write_backup(file, {CASES: ITEMS}, "earshot")

    def broken():
        yield ITEMS[0]
        raise ConnectionError("DynamoDB is gone")

    with pytest.raises(ConnectionError):
        write_backup(file, {CASES: broken()}, "earshot")
    assert list(open_backup(file).items(CASES)) == ITEMS


def _packed(text: str) -> bytes:
    return gzip.compress(text.encode())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not gzipped", "cannot be read as a backup"),
        (_packed(""), "is cut off"),
        (_packed('{"earshot_backup": 2}\n'), "no backup of this release"),
        (_packed("no JSON\n"), "cannot be read as a backup"),
        (_packed('{"earshot_backup": 1}\n{"table": "cases", "item": {}}\n'), "has 1 items, and no end"),
        (_packed('{"earshot_backup": 1}\n{"counts": {"cases": 1, "sources": 0}}\n'), "has 0 items"),
        (_packed('{"earshot_backup": 1}\n' + '{"counts": {}}\n' * 50)[:-20], "cannot be read as a backup"),
    ],
    ids=["another file", "empty", "newer", "no JSON", "no end", "fewer", "half a file"],
)
def test_what_is_no_whole_backup_is_refused_before_anything_is_restored(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "b").write_bytes(content)
    with pytest.raises(BackupError, match=said):
        open_backup(tmp_path / "b")


@pytest.mark.parametrize("arguments", [[], ["--source-table", "t"], [__file__, "--table", "t"]])
def test_it_is_asked_what_to_restore(arguments: list[str]) -> None:
    answer = invoke.run("restore", *arguments)
    assert answer.exit_code == EXIT_UNUSABLE
    assert "Name a FILE, or a table with --table" in answer.stderr
