"""What is known of a post beside its words: whom it speaks to, who wrote it, how far it carries, when it is heard."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class History:
    """What the brand already owes, or owed, the author when the post is heard.

    ``complaints``: earlier cases that the author opened by complaining, of the last ``HISTORY_REACHES``. ``waiting``:
    one of them is still unanswered. ``answered``: the brand has answered, or closed, this very conversation before.
    """

    complaints: int = 0
    waiting: bool = False
    answered: bool = False


NO_HISTORY = History()
# A complaint of last winter says little about today's patience.
HISTORY_REACHES = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class PostContext:
    """``followers`` and ``reposts`` are None where the source does not say; ``age`` is how long ago the post was made.

    ``addressed``: the post begins with the brand's handle, so speaks to it. ``named``: it has the handle somewhere, so
    its author can expect to be heard. ``vip``: the brand has named the author as one
    whose word weighs.
    """

    addressed: bool = True
    named: bool = True
    vip: bool = False
    followers: int | None = None
    verified: bool = False
    reposts: int | None = None
    age: timedelta | None = None
    history: History = NO_HISTORY
