"""One run over all sources of a network: each gets its turn, and one that fails stops no other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import TypeVar

from earshot.errors import ConflictError
from earshot.mentions.sources.contract import Source
from earshot.mentions.sources.runner import FetchOutcome

SourceT = TypeVar("SourceT", bound=Source)


@dataclass(slots=True)
class Rotation:
    """What became of each source, by key: its outcome, why it was not fetched, or that no time was left for it."""

    outcomes: list[FetchOutcome] = field(default_factory=list[FetchOutcome])
    failures: list[tuple[str, Exception]] = field(default_factory=list[tuple[str, Exception]])
    conflicts: list[tuple[str, ConflictError]] = field(default_factory=list[tuple[str, ConflictError]])
    out_of_time: list[str] = field(default_factory=list[str])

    def check(self, sources: int) -> None:
        """ExceptionGroup of the failures, if there are any, when all else is done."""
        if self.failures:
            errors = [error for _, error in self.failures]
            raise ExceptionGroup(f"{len(errors)} of {sources} sources could not be fetched", errors)


def fetch_in_turn(
    sources: Sequence[SourceT],
    fetch: Callable[[SourceT], FetchOutcome],
    now: datetime,
    has_time: Callable[[], bool],
    is_last: Callable[[SourceT], bool] = lambda _: False,
) -> Rotation:
    """Fetch the sources in turn, so that a slow one does not always take the others' time; last those that ``is_last``.

    Which one is first is drawn by the minute: counted by it, every fifth minute would begin with the same of 5 sources.
    """
    done = Rotation()
    first = Random(int(now.timestamp() // 60)).randrange(len(sources) or 1)  # noqa: S311 - nobody gains by guessing it
    for source in sorted((*sources[first:], *sources[:first]), key=is_last):
        if not has_time():
            done.out_of_time.append(source.key)
            continue
        try:
            done.outcomes.append(fetch(source))
        except ConflictError as error:
            done.conflicts.append((source.key, error))
        except Exception as error:  # noqa: BLE001 - raised by check(), when the other sources have been read
            done.failures.append((source.key, error))
    return done
