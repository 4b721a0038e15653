"""What is known about a post beside its words: whom it addresses, who wrote it, its reach and its age."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class History:
    """What the brand owes, or owed, the author at the moment the post is judged.

    ``complaints``: the cases that the author opened by complaining within ``HISTORY_WINDOW``. ``waiting``: one of them
    is still unanswered. ``answered``: the brand has answered, or closed, this very conversation before.
    """

    complaints: int = 0
    waiting: bool = False
    answered: bool = False


NO_HISTORY = History()
# A complaint of last winter says little about today's patience.
HISTORY_WINDOW = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class PostContext:
    """The circumstances of one post. ``followers`` and ``reposts`` are None where the source does not say.

    ``addressed``: the post begins with the brand's handle, so it speaks to the brand. ``named``: the handle is
    somewhere in it, so the author can expect the brand to see it. ``vip``: the brand has listed the author as
    important. ``age`` is the time since the post was made. ``network`` is its source (``x``), for reach
    differs by network.
    """

    addressed: bool = True
    named: bool = True
    vip: bool = False
    followers: int | None = None
    verified: bool = False
    reposts: int | None = None
    age: timedelta | None = None
    history: History = NO_HISTORY
    network: str = ""
