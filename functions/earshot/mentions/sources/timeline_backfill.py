"""Fetches a stretch of a stream that was missed on a network beside X: from its newest post back, as far as it goes."""

from dataclasses import dataclass, field
from datetime import datetime

from earshot.mentions.mention import Mention
from earshot.mentions.source_state import SourceError
from earshot.mentions.sources.backfill import Backfilled
from earshot.mentions.sources.contract import RejectedPost
from earshot.mentions.sources.social.accounts import Stream
from earshot.mentions.sources.social.reader import Network

MOST_PAGES = 2_000


@dataclass(slots=True)
class _Read:
    """What was read so far; all from ``back_to`` on."""

    back_to: datetime
    mentions: dict[str, Mention] = field(default_factory=dict[str, Mention])
    rejected: dict[str, RejectedPost] = field(default_factory=dict[str, RejectedPost])

    def ended(self, back_to: datetime, problem: str | None = None, *, is_done: bool = True) -> Backfilled:
        """What came of it."""
        return Backfilled(tuple(self.mentions.values()), tuple(self.rejected.values()), 0, back_to, is_done, problem)


def read_stretch(network: Network, stream: Stream, start: datetime, end: datetime) -> Backfilled:
    """Read what was written from ``start`` until before ``end``. It costs no money. SourceError: refused at once.

    Where pages are of threads, and not in the order of time, all or nothing is known to be read.
    """
    read, cursor, problem = _Read(end), None, ""
    for number in range(MOST_PAGES):
        try:
            page = network.page(stream, cursor, start)
            wanted = [one for one in page.entries if start <= one.at < end]
            found = network.convert(stream, wanted)
        except SourceError as error:
            if not number:
                raise
            return read.ended(read.back_to, str(error), is_done=False)
        read.mentions |= {one.version_id: one for one in found.mentions}
        read.rejected |= {one.key: one for one in found.rejected}
        if page.in_order:
            read.back_to = min([read.back_to, *(max(start, one.at) for one in page.entries)])
        if page.in_order and page.entries and page.entries[-1].at < start:
            return read.ended(start)
        problem = problem or page.cut_off
        is_at_end = page.cursor is None or page.cursor == cursor
        # What is older than a page in order cannot be had where it is cut off; other threads can.
        if problem and (page.in_order or is_at_end):
            return read.ended(read.back_to, problem)
        if is_at_end:
            return read.ended(start)
        cursor = page.cursor
    return read.ended(read.back_to, f"The network has more than {MOST_PAGES:,} pages of it.", is_done=False)
