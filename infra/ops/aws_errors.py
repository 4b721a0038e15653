"""What AWS refuses, as an error that says what to do about it."""

from collections.abc import Generator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from earshot.errors import AlertRefusedError, EarshotError


@contextmanager
def explained(what: str, remedy: str) -> Generator[None]:
    """Raise EarshotError, ``WHAT (reason). REMEDY``, for whatever AWS refuses in the block."""
    try:
        yield
    except (ClientError, BotoCoreError, AlertRefusedError) as error:
        raise EarshotError(f"{what} ({error}). {remedy}") from error
