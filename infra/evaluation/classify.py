"""Judging posts from JSON lines, as ``earshot classify`` does: in chunks, so that a stream of any length passes."""

import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO

from earshot.triage.judge import Explanation
from earshot.triage.sentiment.measure import Measure
from earshot.triage.terms.terms import Terms
from infra.evaluation.explanation import explanation
from infra.evaluation.triage import TriagePost, triage_posts
from infra.replay.export import judgement_fields
from infra.replay.rows import BadRow, RowError

CHUNK = 500
STDIN = "<stdin>"
ONE_OBJECT = 'Write one object a line: {"id": "1", "text": "..."}.'


def classify_lines(
    source: IO[bytes], target: IO[bytes], analyzer: str, terms: Terms, *, explain: bool = False
) -> list[BadRow]:
    """Judge every line of ``source`` into ``target``; answers the lines that could not be read.

    A line of JSON a post, or with ``explain`` what fired, for people.
    """
    comprehend = _comprehend() if analyzer == "comprehend" else None
    show = explanation if explain else _as_json
    bad: list[BadRow] = []
    name = STDIN if getattr(source, "name", "-") in ("-", 0, "<stdin>") else str(source.name)
    posts = _read(source, name, bad.append)
    while chunk := list(islice(posts, CHUNK)):
        for (post_id, post), explained in zip(
            chunk, triage_posts([post for _, post in chunk], terms, comprehend), strict=True
        ):
            target.write(show(post_id, post, explained).encode() + b"\n")
        target.flush()
    return bad


def _as_json(post_id: object, post: TriagePost, explained: Explanation) -> str:
    return json.dumps({"id": post_id, **judgement_fields(explained.judgement)}, ensure_ascii=False)


def _read(source: IO[bytes], name: str, refuse: Callable[[BadRow], None]) -> Iterator[tuple[object, TriagePost]]:
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            yield _post(line)
        except RowError as error:
            refuse(BadRow(name, number, error.problem, error.remedy))


def _post(line: bytes) -> tuple[object, TriagePost]:
    """The id as it was written, and the post."""
    try:
        post = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise RowError("The line is not UTF-8.", "Save the file as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        # Other than text that is not JSON: numbers of thousands of digits, and endlessly nested brackets.
        raise RowError(f"The line is not JSON: {getattr(error, 'msg', error)}.", ONE_OBJECT) from None
    if not isinstance(post, dict):
        raise RowError("The line is not a JSON object.", ONE_OBJECT)
    if post.get("id") in (None, "") or isinstance(post["id"], (dict, list, bool)):
        raise RowError("The post has no 'id'.", "Give each post an id of its own.")
    if not isinstance(post.get("text"), str):
        raise RowError("The post has no 'text'.", "Give the words of the post as 'text'.")
    for count in ("followers", "reposts"):
        value = post.get(count)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise RowError(f"'{count}' is {value!r}.", "Give a whole number, or leave it out.")
    for word, example in (("lang", "en"), ("author", "@jane")):
        if post.get(word) is not None and not isinstance(post[word], str):
            raise RowError(f"'{word}' is {post[word]!r}.", f'Give a text such as "{example}", or leave it out.')
    return post["id"], TriagePost(
        id=str(post["id"]),
        text=post["text"].encode("utf-8", "replace").decode("utf-8"),
        language=post.get("lang") or None,
        author=(post.get("author") or "").lstrip("@") or None,
        followers=post.get("followers"),
        verified=bool(post.get("verified")),
        reposts=post.get("reposts"),
    )


def _comprehend() -> Measure:
    """Comprehend through the caller's own AWS credentials."""
    import boto3

    from earshot.triage.sentiment.comprehend import Comprehend

    return Comprehend(boto3.client("comprehend")).measure
