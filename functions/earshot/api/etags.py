"""Entity tags as RFC 9110 compares them: what a client has seen, against what there is."""

from hashlib import blake2s


def names(header: str | None, etag: str) -> bool:
    """Whether an If-Match header lets ``etag`` pass: it names it, or any by ``*``, or was not sent."""
    return header is None or bool({etag, "*"}.intersection(_tags(header)))


def has_seen(header: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names ``etag``; that one is weak does not matter."""
    if header is None:
        return False
    return "*" in _tags(header) or etag.removeprefix("W/") in {tag.removeprefix("W/") for tag in _tags(header)}


def weak_etag(text: str) -> str:
    """A weak validator of an answer: one and the same for one and the same text."""
    return f'W/"{blake2s(text.encode(), digest_size=12).hexdigest()}"'


def _tags(header: str) -> list[str]:
    return [tag.strip() for tag in header.split(",")]
