"""Reads a file that a person names: unpacked, decoded, split into rows, and its posts in Earshot's own columns."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from infra.replay import columns
from infra.replay.formats.adapters import unpacked
from infra.replay.formats.container import text_of
from infra.replay.formats.csv_text import names_a_table, read_table
from infra.replay.formats.json_text import holds_json, read_json
from infra.replay.formats.networks.x_v1 import OWNER, owner_of_archive
from infra.replay.formats.networks.x_v2 import fields_of_page, is_page
from infra.replay.formats.record import NotAPostError
from infra.replay.formats.tables import ALIASES, suggested
from infra.replay.rows import RecordingError, Row, RowError, Rows, listed

_JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
_LABELS = ("label", "intent", "urgency", "urgent")
_OWN = (
    "author_handle",
    "followers",
    "lang",
    "language",
    "conversation_id",
    "in_reply_to_id",
    "severity",
    "reasons",
    *_LABELS,
)
# By these columns a line is known as the header of a table, and its delimiter.
_KNOWN = frozenset(
    {*_OWN, *(alias for aliases in ALIASES.values() for alias in aliases), "inbound", "airline_sentiment"}
)
# Programs that hold numbers as floats keep so many digits of an id; Excel keeps 15.
_EXACT_DIGITS = 15
_ROUNDED, _PERHAPS_ROUNDED = re.compile(r"[1-9][0-9]{13,}0000"), re.compile(r"[1-9][0-9]{15,}00")
_ENOUGH_IDS = 3


def read_rows(path: str | Path) -> Rows:
    """Every row of the file, with the columns that it has.

    RecordingError where there is no file, nothing in it, or nothing that could be rows.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise RecordingError(f"{path} cannot be read ({error.strerror}): check the path and its permissions.") from None
    return rows_of(str(path), content)


def rows_of(name: str, content: bytes) -> Rows:
    """The rows of what was read from the file called ``name``."""
    text = text_of(name, content)
    if not text.strip():
        raise RecordingError(f"{name} is empty: it needs a header line and rows (CSV), or a JSON object a line.")
    rows = Rows(name)
    lines = list(io.StringIO(text, newline=""))
    # The suffix counts as well, for a file of JSON lines whose first line is damaged.
    if holds_json(text) or Path(name).suffix.lower() in _JSON_SUFFIXES:
        read_json(text, lines, rows)
    else:
        read_table(lines, rows, _KNOWN)
    return rows


def read_posts(path: str | Path) -> Rows:
    """The posts of the file: rows with Earshot's columns, and pages of the X API v2. RecordingError as ``read_rows``,
    and where the ids were rounded."""
    rows = _as_posts(read_rows(path), Path(path))
    if told := _rounded_ids(rows):
        raise RecordingError(f"{told}: export the posts again, with ids as text.")
    return rows


def read_texts(path: str | Path) -> Rows:
    """The posts of the file, all of them as rows with Earshot's columns, for whoever needs their words.

    Ids that were rounded are only noted: they still tell most posts apart, and nothing is looked up by them.
    """
    return _texts(read_rows(path), Path(path))


def texts_of(name: str, content: bytes) -> Rows:
    """As ``read_texts``, of what was read from the file called ``name``."""
    return _texts(rows_of(name, content), Path(name))


def is_foreign(first_line: bytes) -> bool:
    """Whether what begins with this line is something else than lines of JSON with Earshot's own columns."""
    if first_line.startswith((b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xff\xfe", b"\xfe\xff")) or b"\0" in first_line:
        return True
    line = first_line.decode("utf-8-sig", "replace").strip()
    if line.startswith("window.YTD."):
        return True
    rows = Rows("")
    try:
        if not line.startswith("{"):
            return names_a_table(line, _KNOWN) or _begins_an_array(line)
        read_json(line, [line], rows)
        return any(is_page(row.values) or unpacked(row.values)[0] is not None for row in rows.good)
    except RowError:
        return True
    except RecordingError:
        return False


def require(rows: Rows, *wanted: str) -> None:
    """RecordingError where a column is in no row at all: then the file is not what was meant."""
    missing = [column for column in wanted if column not in rows.columns]
    if missing and rows.columns:
        raise RecordingError(
            f"{rows.file} has no column {listed(missing)}: it has {listed(rows.columns)}. "
            f"{suggested(missing, rows.columns)}"
            f"Rename or add the columns, so that every row has {listed(wanted)}."
        )


def _begins_an_array(line: str) -> bool:
    """``[``, or ``[{``: a list of texts is a bad line, and no file of posts."""
    return line == "[" or re.match(r"\[\s*\{", line) is not None


def _as_posts(rows: Rows, path: Path) -> Rows:
    found = Rows(rows.file, bad=rows.bad)
    formats: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for row in rows.good:
        if is_page(row.values) and not _is_of_another_network(row, found):
            found.good.append(row)
            found.columns.update(dict.fromkeys(row.values))
            continue
        try:
            name, posts = unpacked(row.values)
            if name is None:
                found.accept(row.line, row.values)
                continue
            formats[name] += 1
            labels = {label: row.values[label] for label in _LABELS if label in row.values}
            for post in posts:
                if isinstance(post, RowError):
                    found.refuse(row.line, post)
                elif isinstance(post, NotAPostError):
                    others[str(post)] += 1
                else:
                    found.accept(row.line, labels | post.values, embedded=post.embedded)
        except RowError as error:
            found.refuse(row.line, error)
        except NotAPostError as other:
            others[str(other)] += 1
    if not rows.good:
        found.columns.update(rows.columns)
    if formats:
        found.notes.append(f"{rows.file} is read as {' and '.join(formats)}.")
    if others:
        kinds = ", ".join(f"{kind}: {count}" for kind, count in sorted(others.items()))
        found.notes.append(f"Left out, for they are no posts: {others.total()} ({kinds}).")
    _give_archive_its_owner(found, path)
    return found


def _is_of_another_network(row: Row, found: Rows) -> bool:
    """Whether a page is one of Reddit or YouTube, which are told as what they are."""
    try:
        unpacked(row.values)
    except RowError:
        return True
    return False


def _texts(rows: Rows, path: Path) -> Rows:
    posts = _as_posts(rows, path)
    if told := _rounded_ids(posts):
        posts.notes.append(f"{told}: of posts that share an id, one is read.")
    return _without_pages(posts)


def _without_pages(rows: Rows) -> Rows:
    found = Rows(rows.file, bad=rows.bad, notes=rows.notes)
    for row in rows.good:
        if not is_page(row.values):
            found.good.append(row)
            found.columns.update(dict.fromkeys(row.values))
            continue
        try:
            labels = {label: row.values[label] for label in _LABELS if label in row.values}
            for fields in fields_of_page(row):
                found.accept(row.line, fields | labels)
        except RowError as error:
            found.refuse(row.line, error)
    if not found.columns and not any(is_page(row.values) for row in rows.good):
        found.columns.update(rows.columns)
    # Within a repost or a thread the same post may come again: the row of its own is the one that counts.
    known = {str(row.values.get("id")) for row in found.good if not row.embedded}
    found.good = [row for row in found.good if not row.embedded or str(row.values.get("id")) not in known]
    return found


def _give_archive_its_owner(rows: Rows, path: Path) -> None:
    mine = [row for row in rows.good if row.values.get("author_id") == OWNER]
    if not mine:
        return
    owner = owner_of_archive(path)
    if owner is None:
        rows.notes.append(
            f"{len(mine)} of its posts do not say who wrote them, as in an archive: they are read as those of one "
            "unknown author. Put account.js of the archive beside it, which names the owner."
        )
        return
    for row in mine:
        row.values.update(owner)


def _rounded_ids(rows: Rows) -> str | None:
    """What to say where a spreadsheet has rounded the ids: two posts would be one, and an answer lead nowhere."""
    ids = {one for row in rows.good for one in _ids(row) if len(one) > _EXACT_DIGITS and one.isdigit()}
    rounded = [one for one in ids if _ROUNDED.fullmatch(one)]
    perhaps = [one for one in ids if _PERHAPS_ROUNDED.fullmatch(one)]
    if 2 * len(rounded) > len(ids) or (2 * len(perhaps) > len(ids) and len(perhaps) >= _ENOUGH_IDS):
        example = min(rounded or perhaps)
        return (
            f"{rows.file} has ids that were rounded, such as {example}, as spreadsheets and programs do that hold them "
            "as numbers"
        )
    return None


def _ids(row: Row) -> Iterator[str]:
    holders: list[object] = [row.values]
    if is_page(row.values):
        data: object = row.values.get("data")
        holders = cast("list[object]", data) if isinstance(data, list) else [data]
    for holder in holders:
        if isinstance(holder, dict):
            value: Any = cast("dict[str, Any]", holder).get("id")
            if isinstance(value, str | int) and not columns.is_nothing(str(value).strip()):
                yield str(value).strip()
