"""boto3's default session, which the functions make their clients with: a fresh one that can be observed."""

from collections.abc import Generator
from contextlib import contextmanager

import boto3

from infra.local.engine.direct_line import DirectLine


@contextmanager
def fresh_default_session(line: DirectLine | None = None) -> Generator[boto3.Session]:
    """A new default session for the block, whose requests ``line`` takes, and the one from before after it."""
    before = boto3.DEFAULT_SESSION
    session = boto3.Session() if line is None else line.session()
    boto3.DEFAULT_SESSION = session
    try:
        yield session
    finally:
        boto3.DEFAULT_SESSION = before
