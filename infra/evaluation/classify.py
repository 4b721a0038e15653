"""Classifies posts, for ``earshot classify``: JSON lines in chunks, so that input of any length is possible.

Input of another format is read as a whole, as ``infra.replay.formats`` reads files.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import IO, cast

from earshot.triage.judge import Explanation
from earshot.triage.sentiment.measure import Measure
from earshot.triage.terms.terms import Terms
from infra.evaluation.explanation import explanation
from infra.evaluation.triage import TriagePost, triage_posts
from infra.replay import columns
from infra.replay.export import judgement_fields
from infra.replay.formats.reader import is_foreign, require, texts_of
from infra.replay.rows import BadRow, Row, RowError

CHUNK = 500
STDIN = "<stdin>"
ONE_OBJECT = 'Write one object a line: {"id": "1", "text": "..."}.'


def classify_lines(
    source: IO[bytes],
    target: IO[bytes],
    analyzer: str,
    terms: Terms,
    *,
    explain: bool = False,
    note: Callable[[str], None] = lambda _: None,
) -> list[BadRow]:
    """Classify every post of ``source`` and write the result to ``target``; returns the rows that could not be read.

    The result is a line of JSON for each post, or with ``explain`` the rules that fired, for people. ``note`` is told
    how the input was understood, where it is no lines of JSON with ``id`` and ``text``. RecordingError where it cannot
    be used at all.
    """
    comprehend = _comprehend() if analyzer == "comprehend" else None
    show = explanation if explain else _as_json
    bad: list[BadRow] = []
    name = STDIN if getattr(source, "name", "-") in ("-", 0, "<stdin>") else str(source.name)
    first = _first_line(source)
    lines = chain(first, source)
    if first and is_foreign(first[-1]):
        posts = _read_whole(b"".join(lines), name, bad, note)
    else:
        posts = _read(lines, name, bad.append)
    while chunk := list(islice(posts, CHUNK)):
        for (post_id, post), explained in zip(
            chunk, triage_posts([post for _, post in chunk], terms, comprehend), strict=True
        ):
            target.write(show(post_id, post, explained).encode() + b"\n")
        target.flush()
    return bad


def _as_json(post_id: object, post: TriagePost, explained: Explanation) -> str:
    return json.dumps({"id": post_id, **judgement_fields(explained.judgement)}, ensure_ascii=False)


def _first_line(source: IO[bytes]) -> list[bytes]:
    """The lines up to the first that is not empty."""
    lines: list[bytes] = []
    for line in source:
        lines.append(line)
        if line.strip():
            break
    return lines


def _read_whole(
    content: bytes, name: str, bad: list[BadRow], note: Callable[[str], None]
) -> Iterator[tuple[object, TriagePost]]:
    rows = texts_of(name, content)
    require(rows, "id", "text")
    for line in rows.notes:
        note(line)
    bad += rows.bad
    for row in rows.good:
        try:
            yield _post_of(row)
        except RowError as error:
            bad.append(BadRow(name, row.line, error.problem, error.remedy))
    bad.sort(key=lambda one: one.line)


def _post_of(row: Row) -> tuple[object, TriagePost]:
    values = row.values
    post_id = columns.identifier(values, "id")
    if post_id is None:
        raise RowError("Column 'id' is empty.", "Give each post an id of its own.")
    handle = columns.word(values, "author_handle") or columns.word(values, "author")
    return post_id, TriagePost(
        id=post_id,
        text=columns.text(values, "text"),
        language=columns.language(values),
        author=(handle or "").lstrip("@") or None,
        followers=columns.count(values, "followers"),
        verified=columns.truth(values, "verified"),
        reposts=columns.count(values, "reposts"),
    )


def _read(source: Iterable[bytes], name: str, refuse: Callable[[BadRow], None]) -> Iterator[tuple[object, TriagePost]]:
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            yield _post(line)
        except RowError as error:
            refuse(BadRow(name, number, error.problem, error.remedy))


def _post(line: bytes) -> tuple[object, TriagePost]:
    """The id as it was written, and the post."""
    values = _object(line)
    post_id, text = values.get("id"), values.get("text")
    if post_id in (None, "") or isinstance(post_id, (dict, list, bool)):
        raise RowError("The post has no 'id'.", "Give each post an id of its own.")
    if not isinstance(text, str):
        raise RowError("The post has no 'text'.", "Give the words of the post as 'text'.")
    return post_id, TriagePost(
        id=str(post_id),
        text=text.encode("utf-8", "replace").decode("utf-8"),
        followers=_count(values, "followers"),
        reposts=_count(values, "reposts"),
        language=_language(values),
        author=(_word(values, "author", "@jane") or "").lstrip("@") or None,
        verified=bool(values.get("verified")),
    )


def _object(line: bytes) -> Mapping[str, object]:
    try:
        values = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise RowError("The line is not UTF-8.", "Save the file as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        # Not only text that is not JSON, but also numbers of thousands of digits and endlessly nested brackets.
        raise RowError(f"The line is not JSON: {getattr(error, 'msg', error)}.", ONE_OBJECT) from None
    if not isinstance(values, dict):
        raise RowError("The line is not a JSON object.", ONE_OBJECT)
    return cast("Mapping[str, object]", values)


def _count(values: Mapping[str, object], name: str) -> int | None:
    value = values.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise RowError(f"'{name}' is {value!r}.", "Give a whole number, or leave it out.")
    return value


def _word(values: Mapping[str, object], name: str, example: str) -> str | None:
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise RowError(f"'{name}' is {value!r}.", f'Give a text such as "{example}", or leave it out.')
    return value or None


def _language(values: Mapping[str, object]) -> str | None:
    for name in ("lang", "language"):
        _word(values, name, "en")
    return columns.language(values)


def _comprehend() -> Measure:
    """Comprehend with the caller's own AWS credentials."""
    from earshot.triage.sentiment.comprehend import Comprehend
    from infra.aws_session import caller_session

    return Comprehend(caller_session().client("comprehend")).measure
