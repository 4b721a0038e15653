"""Changes of many conversations: read by the hundred, written by the dozen, and each for itself where that fails."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from earshot.aws.parallel import for_each, never
from earshot.cases.case.log import LogEntry
from earshot.cases.conversation.conversation import Conversation, Decision

# DynamoDB reads so many items by one request.
READ_TOGETHER = 100
# A transaction has 100 items: of each conversation itself, its log, and perhaps its place in an incident.
WRITTEN_TOGETHER = 33

DecideFor = Callable[[str, Conversation], Decision]


class Conversations(Protocol):
    """The case table. What ``conversations_and_authors`` leaves out was not read."""

    def conversations_and_authors(
        self, conversations: Iterable[str], authors: Iterable[str]
    ) -> tuple[Mapping[str, Conversation], Any]: ...
    def save(self, changes: Sequence[tuple[Conversation, Sequence[LogEntry]]], *, now: datetime) -> None: ...
    def change(self, key: str, decide: Callable[[Conversation], Decision], now: datetime) -> Conversation: ...


def change_many(
    store: Conversations,
    keys: Sequence[str],
    decide: DecideFor,
    now: datetime,
    *,
    at_once: int = 1,
    is_over: Callable[[], bool] = never,
) -> Iterator[tuple[str, Exception | None]]:
    """Write what ``decide`` returns for each conversation, as ``store.change`` does; each key, with the error if any.

    ``decide`` may be asked more than once, and its last answer is the one that counts. Once ``is_over`` no further ones
    are begun, and their keys are left out.
    """
    parts = [keys[start : start + READ_TOGETHER] for start in range(0, len(keys), READ_TOGETHER)]
    if at_once > 1 and len(keys) <= READ_TOGETHER:
        # Each may take as long as the whole hundred would.
        parts = [keys[start : start + WRITTEN_TOGETHER] for start in range(0, len(keys), WRITTEN_TOGETHER)]
    for part, done in for_each(
        lambda part: _change_part(store, part, decide, now), parts, at_once=at_once, is_over=is_over
    ):
        yield from ((key, done) for key in part) if isinstance(done, Exception) else done


def _change_part(
    store: Conversations, keys: Sequence[str], decide: DecideFor, now: datetime
) -> list[tuple[str, Exception | None]]:
    alone, decided = list(keys), list[tuple[str, tuple[Conversation, Sequence[LogEntry]]]]()
    done: list[tuple[str, Exception | None]] = []
    if len(keys) > 1:
        read = _read(store, keys)
        alone = [key for key in keys if key not in read]
        for key, result in for_each(lambda key: decide(key, read[key]), [key for key in keys if key in read]):
            if isinstance(result, Exception) or result is None:
                done.append((key, result))
            else:
                decided.append((key, result))
    for start in range(0, len(decided), WRITTEN_TOGETHER):
        some = decided[start : start + WRITTEN_TOGETHER]
        try:
            store.save([change for _, change in some], now=now)
        except Exception:  # noqa: BLE001 - one that cannot be written must not hold up the others
            alone += [key for key, _ in some]
        else:
            done += [(key, None) for key, _ in some]
    for key, changed in for_each(lambda key: store.change(key, lambda one: decide(key, one), now), alone):
        done.append((key, changed if isinstance(changed, Exception) else None))
    return done


def _read(store: Conversations, keys: Sequence[str]) -> Mapping[str, Conversation]:
    try:
        return store.conversations_and_authors(keys, ())[0]
    except Exception:  # noqa: BLE001 - then each is read for itself
        return {}
