"""Conditional requests as RFC 9110 (section 13) defines them: entity tags, If-Match and If-None-Match."""

from hashlib import blake2s


def if_match_allows(header: str | None, etag: str) -> bool:
    """Whether an If-Match header allows the request: it names ``etag``, it is ``*``, or it was not sent."""
    return header is None or bool({etag, "*"}.intersection(_tags(header)))


def is_not_modified(header: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names ``etag``, compared weakly: the response is then 304 without a body."""
    if header is None:
        return False
    return "*" in _tags(header) or etag.removeprefix("W/") in {tag.removeprefix("W/") for tag in _tags(header)}


def weak_etag(text: str) -> str:
    """A weak entity tag of a response body: a hash of its text."""
    return f'W/"{blake2s(text.encode(), digest_size=12).hexdigest()}"'


def _tags(header: str) -> list[str]:
    return [tag.strip() for tag in header.split(",")]
