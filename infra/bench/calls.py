"""Counting the calls that the functions make to each service, as botocore sends them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3


@contextmanager
def counted() -> Iterator[Counter[tuple[str, str]]]:
    """Counts, by (service, operation), what clients of boto3's default session send while the block runs.

    Clients made before the block are not counted: it begins with a session of its own.
    """
    calls: Counter[tuple[str, str]] = Counter()

    def count(model: Any, **_: Any) -> None:
        calls[(model.service_model.endpoint_prefix, model.name)] += 1

    before = boto3.DEFAULT_SESSION
    boto3.setup_default_session()
    boto3.DEFAULT_SESSION.events.register("before-call", count)
    try:
        yield calls
    finally:
        boto3.DEFAULT_SESSION = before
