"""Judging posts from JSON lines, as ``earshot classify`` does: in chunks, so that a stream of any length passes."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import IO, Any

from earshot.mentions.mention import speaks_to
from earshot.triage.judge import judge
from earshot.triage.language import resolve
from earshot.triage.sentiment import Measure, measure_all
from infra.export import judgement_fields
from infra.rows import BadRow, RowError

CHUNK = 500
STDIN = "<stdin>"
ONE_OBJECT = 'Write one object a line: {"id": "1", "text": "..."}.'


def classify_lines(source: IO[bytes], target: IO[bytes], analyzer: str, brands: Sequence[str]) -> list[BadRow]:
    """Judge every line of ``source`` into ``target``; answers the lines that could not be read."""
    comprehend = _comprehend() if analyzer == "comprehend" else None
    handles = frozenset(brand.lstrip("@").lower() for brand in brands)
    bad: list[BadRow] = []
    name = STDIN if getattr(source, "name", "-") in ("-", 0, "<stdin>") else str(source.name)
    posts = _read(source, name, bad.append)
    while chunk := list(islice(posts, CHUNK)):
        for line in _judge(chunk, comprehend, handles):
            target.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        target.flush()
    return bad


def _judge(
    posts: Sequence[dict[str, Any]], comprehend: Measure | None, brands: frozenset[str]
) -> Iterator[dict[str, Any]]:
    languages = [resolve(post["text"], post.get("lang") or None) for post in posts]
    texts = [post["text"] for post in posts]
    sentiments = measure_all(list(zip(texts, languages, strict=True)), comprehend)
    for post, language, sentiment in zip(posts, languages, sentiments, strict=True):
        judgement = judge(
            post["text"],
            language=language,
            sentiment=sentiment,
            brands=brands,
            followers=post.get("followers"),
            verified=bool(post.get("verified")),
            addressed=not brands or speaks_to(post["text"], brands),
        )
        yield {"id": post["id"], **judgement_fields(judgement)}


def _read(source: IO[bytes], name: str, refuse: Callable[[BadRow], None]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            yield _post(line)
        except RowError as error:
            refuse(BadRow(name, number, error.problem, error.remedy))


def _post(line: bytes) -> dict[str, Any]:
    try:
        post = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise RowError("The line is not UTF-8.", "Save the file as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        # Beside text that is no JSON: numbers of thousands of digits, and brackets in brackets without end.
        raise RowError(f"The line is no JSON: {getattr(error, 'msg', error)}.", ONE_OBJECT) from None
    if not isinstance(post, dict):
        raise RowError("The line is no JSON object.", ONE_OBJECT)
    if post.get("id") in (None, "") or isinstance(post["id"], (dict, list, bool)):
        raise RowError("The post has no 'id'.", "Give each post an id of its own.")
    if not isinstance(post.get("text"), str):
        raise RowError("The post has no 'text'.", "Give the words of the post as 'text'.")
    followers = post.get("followers")
    if followers is not None and (isinstance(followers, bool) or not isinstance(followers, int)):
        raise RowError(f"'followers' is {followers!r}.", "Give a whole number, or leave it out.")
    if post.get("lang") is not None and not isinstance(post["lang"], str):
        raise RowError(f"'lang' is {post['lang']!r}.", 'Give a language tag such as "en", or leave it out.')
    post["text"] = post["text"].encode("utf-8", "replace").decode("utf-8")
    return post


def _comprehend() -> Measure:
    """Comprehend through the caller's own AWS credentials."""
    import boto3

    from earshot.triage.comprehend import Comprehend

    return Comprehend(boto3.client("comprehend")).measure
