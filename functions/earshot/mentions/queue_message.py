"""Reads the body of a message on the mention queue."""

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from earshot.errors import MentionError
from earshot.mentions.mention import Mention
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.posts import mention_of


def read_message(body: str, brands: Callable[[], BrandAccounts]) -> Mention | MentionError:
    """The mention in a message, or the error that describes what is wrong with it: a retry cannot help.

    A post as received from X is accepted too: it is one that an earlier release could not convert, and that an
    operator has redriven. Only for such a post ``brands`` is called, and what it raises is raised.
    """
    try:
        record: object = json.loads(body)
        if _is_post_of_x(record):
            record = mention_of(record, {}, {}, brands()).to_record()
        return Mention.from_record(record)
    except MentionError as error:
        return error
    except (ValueError, RecursionError) as error:
        # Not only text that is not JSON: also numbers of thousands of digits, and brackets nested without end.
        return MentionError(f"The message is not JSON ({error}): send a record of to_record().")
    except (ArithmeticError, AttributeError, LookupError, TypeError) as error:
        # A post of X in a form that nobody foresaw. It must not take the other messages of its batch with it.
        return MentionError(f"The message cannot be read as a post ({type(error).__name__}: {error}): discard it.")


def _is_post_of_x(record: object) -> bool:
    if not isinstance(record, Mapping):
        return False
    fields = cast("Mapping[str, Any]", record)
    return "author_id" in fields and "version" not in fields
