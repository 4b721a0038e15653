"""Threads that a network counts the posts of: which of them need not be read again, as nothing was said in them."""

from collections.abc import Collection

_MOST_KNOWN = 5_000


class ThreadCounts:
    """Remembers how many posts each thread had when nothing in it was new. What is not remembered is read.

    A thread is settled only by a reading that brought nothing: what a reading brought may not have been stored, and
    has to be brought again then.
    """

    def __init__(self) -> None:
        self._settled: dict[str, int] = {}
        self._read: dict[str, int] = {}

    def is_settled(self, thread: str, count: int) -> bool:
        """Whether nothing was said in a thread since a reading that brought nothing. It has ``count`` posts now."""
        return self._settled.get(thread) == count

    def note_read(self, thread: str, count: int) -> None:
        """A thread was read when it had ``count`` posts."""
        self._read[thread] = count

    def settle(self, with_news: Collection[str]) -> None:
        """Of what was read since the last time, nothing is new but in ``with_news``."""
        if len(self._settled) > _MOST_KNOWN:
            self._settled.clear()
        self._settled |= {thread: count for thread, count in self._read.items() if thread not in with_news}
        for thread in with_news:
            self._settled.pop(thread, None)
        self._read.clear()
