"""Other terms on the posts of the last week, before they are put: who would be paged newly, and who no longer.

Each post is judged twice, with the terms that are in force and with the others: by its words, its language and the
sentiment that was measured, without the encoder, the reader and its author's history, as `earshot backtest` does.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from earshot.cases.stored_mention import StoredMention
from earshot.triage.judgement import Judgement, Severity

if TYPE_CHECKING:
    from earshot.triage.terms.terms import Terms

DAYS = 7
# What one request has time for: it ends at whichever comes first.
MOST_POSTS = 2000
MOST_TIME = timedelta(seconds=15)
# So many posts of each kind are shown; all are counted.
MOST_SHOWN = 50
AT_ONCE = 100
PAGES = (Severity.CRITICAL, Severity.HIGH)


class StoredPosts(Protocol):
    """Reads what was posted on a day."""

    def keys(self, day: date) -> Iterable[str]: ...
    def posts(self, keys: list[str]) -> Iterable[StoredMention]: ...


@dataclass(frozen=True, slots=True)
class Judged:
    """A post, and how it is judged with the terms as they are and as they would be."""

    post: StoredMention
    before: Judgement
    after: Judgement


@dataclass(frozen=True, slots=True)
class Backtest:
    """What other terms change among the ``looked_at`` posts since ``since``.

    ``complete`` is False where there were more posts than were looked at. ``changed`` counts those that get another
    severity or intent and page neither newly nor no longer. Of ``newly`` and ``no_longer`` the first are shown,
    ``newly_count`` and ``no_longer_count`` are all.
    """

    since: datetime | None
    looked_at: int
    complete: bool
    newly_count: int
    no_longer_count: int
    changed: int
    newly: tuple[Judged, ...]
    no_longer: tuple[Judged, ...]


def backtest_terms(before: "Terms", after: "Terms", stored: StoredPosts, clock: Callable[[], datetime]) -> Backtest:
    """Compare both terms on the posts of the last week, the newest days first, as far as the time goes."""
    from earshot.triage.judge import judge_mention

    began = clock()
    newly: list[Judged] = []
    no_longer: list[Judged] = []
    looked_at = changed = 0
    since: datetime | None = None
    complete = True

    def judged(one: StoredMention, terms: "Terms") -> Judgement:
        said = one.judgement
        return judge_mention(
            one.mention, sentiment=said.sentiment, language=said.language, terms=terms, now=one.ingested_at
        )

    for posts in _batches(stored, began):
        for one in posts:
            if one.mention.is_repost:
                continue
            looked_at += 1
            since = min(since or one.mention.created_at, one.mention.created_at)
            found = Judged(one, judged(one, before), judged(one, after))
            if (pages := found.after.severity in PAGES) != (found.before.severity in PAGES):
                (newly if pages else no_longer).append(found)
            elif (found.before.severity, found.before.intent) != (found.after.severity, found.after.intent):
                changed += 1
        if looked_at >= MOST_POSTS or clock() - began > MOST_TIME:
            complete = False
            break
    return Backtest(
        since,
        looked_at,
        complete,
        len(newly),
        len(no_longer),
        changed,
        tuple(newly[:MOST_SHOWN]),
        tuple(no_longer[:MOST_SHOWN]),
    )


def _batches(stored: StoredPosts, now: datetime) -> Iterator[list[StoredMention]]:
    """The customers' posts of the last week in batches, the newest days first."""
    first = now - timedelta(DAYS)
    for back in range(DAYS + 1):
        keys = iter(stored.keys((now - timedelta(back)).date()))
        while some := list(islice(keys, AT_ONCE)):
            yield [one for one in stored.posts(some) if one.mention.created_at >= first]
