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


def test_one_that_broke_off_leaves_nothing_beside_it(tmp_path: Path) -> None:
    def broken():
        yield ITEMS[0]
        raise ConnectionError("DynamoDB is gone")

    with pytest.raises(ConnectionError):
        write_backup(tmp_path / "b", {CASES: broken()}, "earshot")
    assert list(tmp_path.iterdir()) == []


def test_two_at_once_into_one_file_leave_one_of_them_whole(tmp_path: Path) -> None:
    file = tmp_path / "b"

    def interrupted_by_another():
        yield ITEMS[0]
        write_backup(file, {CASES: ITEMS}, "earshot")
        yield ITEMS[1]

    write_backup(file, {CASES: interrupted_by_another()}, "earshot")
    assert list(open_backup(file).items(CASES)) == ITEMS
    assert [one.name for one in tmp_path.iterdir()] == ["b"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"nowhere.*cannot be written .*name another place"):
        write_backup(tmp_path / "nowhere" / "b", {CASES: ITEMS}, "earshot")


def _packed(text: str) -> bytes:
    return gzip.compress(text.encode())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not gzipped", "cannot be read as a backup"),
        (_packed(""), "is cut off"),
        (_packed('{"earshot_backup": 2}\n'), "no backup of this release"),
        (_packed("no JSON\n"), "cannot be read as a backup"),
        (
            _packed('{"earshot_backup": 1}\n{"table": "sources", "item": {"pk": {"S": "a"}}}\n'),
            "has 1 items, and no end",
        ),
        (_packed('{"earshot_backup": 1}\n{"counts": {"cases": 1, "sources": 0}}\n'), "has 0 items"),
        (_packed('{"earshot_backup": 1}\n' + '{"counts": {}}\n' * 50)[:-20], "cannot be read as a backup"),
        (_packed("[1]\n"), "cannot be read as a backup"),
        (_packed("[" * 100_000), "cannot be read as a backup"),
        (gzip.compress(b"x" * 1000)[:12] + b"\xff" * 40, "cannot be read as a backup"),
        (_packed('{"earshot_backup": 1}\n{"counts": [1]}\n'), "is cut off"),
        *(
            (
                _packed('{"earshot_backup": 1}\n{"table": "cases"' + item + '}\n{"counts": {"cases": 1}}\n'),
                "line 2 holds no",
            )
            for item in (
                "",
                ', "item": {"pk": {"S": "a"}}',
                ', "item": {"pk": {"S": "a"}, "sk": {"S": "CASE"}, "expires_at": {"N": "soon"}}',
                ', "item": {"pk": {"S": "a"}, "sk": {"S": "CASE"}, "text": "a"}',
            )
        ),
    ],
    ids=[
        *("another file", "empty", "newer", "no JSON", "no end", "fewer", "half a file"),
        *("a list", "no depth that a parser bears", "damaged", "no counts"),
        *("no item", "half a key", "no time", "no type"),
    ],
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
