"""Reads a feed: what is new in it or was changed, and what is said below its posts about the brand."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from earshot.mentions.mention import MAX_EDITS, Mention
from earshot.mentions.source_state import Gap, SourceError, SourceState, SourceStatus, next_state
from earshot.mentions.sources.contract import Delivery
from earshot.mentions.sources.rss.address import NO_VALIDATORS, Validators
from earshot.mentions.sources.rss.checkpoint import FeedCheckpoint, Followed, Seen
from earshot.mentions.sources.rss.client import Answer
from earshot.mentions.sources.rss.document import Document, read_document
from earshot.mentions.sources.rss.items import Item, answered_by_name, is_of_site, items_of
from earshot.mentions.sources.rss.subscription import NETWORK, About, Subscription

# How far back the first reading goes. What it finds is history, which alerts nobody.
BASELINE_WINDOW = timedelta(days=7)
NOT_ABOUT, TOO_OLD = "not about the brand", "from before the feed was added"


class Client(Protocol):
    """Gets a document, if it is not the one that ``known`` came with. SourceError if it cannot."""

    def get(self, url: str, known: Validators = ...) -> Answer: ...


@dataclass(slots=True)
class _Reading:
    """One reading of a feed so far."""

    feed: Subscription
    checkpoint: FeedCheckpoint
    now: datetime
    mentions: list[Mention] = field(default_factory=list[Mention])
    seen: dict[str, Seen] = field(default_factory=dict[str, Seen])
    not_kept: Counter[str] = field(default_factory=Counter[str])
    notes: dict[str, None] = field(default_factory=dict[str, None])
    followed: dict[str, Followed] = field(default_factory=dict[str, Followed])
    posts_read: int = 0
    gap: Gap | None = None
    moved_to: str | None = None
    is_cut_short: bool = False

    @property
    def ids(self) -> Mapping[str, str]:
        return {key: one.id for key, one in self.checkpoint.seen.items()}

    @property
    def is_first(self) -> bool:
        return self.checkpoint.read_at is None

    @property
    def began(self) -> datetime:
        return self.checkpoint.first_read_at or self.now

    def keep(self, items: Iterable[Item], among: Sequence[Item]) -> None:
        """Those of the items that are about the brand, and are new or changed; ``among`` are all of their document."""
        for item in items:
            at = self.written_at(item)
            is_known = item.key in self.checkpoint.seen
            if not is_known and not self.is_about(item):
                self.count_not_kept(item, NOT_ABOUT)
            elif not is_known and at < self.began - BASELINE_WINDOW:
                self.count_not_kept(item, TOO_OLD)
            else:
                self.keep_version(item, at, among)

    def keep_version(self, item: Item, at: datetime, among: Sequence[Item]) -> None:
        before = self.checkpoint.seen.get(item.key)
        digests = () if before is None else before.digests
        self.seen[item.key] = Seen(item.id, int(self.now.timestamp()), digests or (item.digest,))
        comments_url = item.entry.comments_url
        # A stranger's item could name a feed of its own, elsewhere, as what is said below the page of another.
        if item.page and comments_url and not item.is_comment and is_of_site(comments_url, item.page):
            self.followed[item.page] = self.followed_of(item, comments_url, at)
        if item.digest == (digests[-1] if digests else None) or len(digests) > MAX_EDITS:
            return
        versions = (*digests, item.digest)
        self.seen[item.key] = Seen(item.id, int(self.now.timestamp()), versions)
        edit_ids = tuple(f"{item.id}.{number}.{digest}" for number, digest in enumerate(versions[1:], 1))
        mention = Mention(
            source=NETWORK,
            id=item.id,
            author=item.author,
            text=item.text,
            created_at=at,
            conversation_id=item.conversation_id,
            brand=self.feed.brand,
            own=item.is_own,
            in_reply_to_id=self.answered_id(item, among),
            link=item.link,
            # Dates may be missing or wrong: all that the first reading finds was there before.
            baseline=self.is_first or at < self.began,
            edit_ids=edit_ids,
            edited_at=self.edited_at(item, at) if edit_ids else None,
        )
        self.mentions.append(mention)

    def is_about(self, item: Item) -> bool:
        """Whether it names the brand, or is said below a post that is about it."""
        is_below = item.is_comment and (item.page in self.checkpoint.followed or item.page in self.followed)
        named = self.feed.about is About.EVERYTHING or self.feed.names_brand(item.text)
        return named or is_below

    def answered_id(self, item: Item, among: Sequence[Item]) -> str | None:
        """What a comment answers: what it says; of the brand's, whom it names; else the post above it."""
        if not item.is_comment:
            return None
        known = {**self.ids, **{other.key: other.id for other in among}}
        if item.parent_key in known and known[item.parent_key] != item.id:
            return known[item.parent_key]
        named = answered_by_name(item, among) if item.is_own else None
        if named is not None:
            return named.id
        return item.conversation_id if item.conversation_id != item.id else None

    def written_at(self, item: Item) -> datetime:
        """When it was written: never later than now; where it does not say, when it was first met."""
        at = item.entry.published or item.entry.updated or self.now
        return min(at, self.now)

    def edited_at(self, item: Item, at: datetime) -> datetime:
        """When it was changed; where it does not say, now."""
        updated = item.entry.updated
        return updated if updated is not None and at < updated <= self.now else self.now

    def followed_of(self, item: Item, url: str, at: datetime) -> Followed:
        before = self.checkpoint.followed.get(item.page or "")
        validators = before.validators if before is not None and before.url == url else NO_VALIDATORS
        return Followed(url, int(at.timestamp()), validators)

    def skip(self, error: Exception) -> None:
        self.notes[f"Some items could not be read ({type(error).__name__}): the others were."] = None

    def count_not_kept(self, item: Item, why: str) -> None:
        if item.key not in self.checkpoint.listed:
            self.not_kept[why] += 1


class FeedReader:
    """Reads feeds. It raises nothing that a feed or its server causes: that is its state."""

    def __init__(self, client: Client, has_time: Callable[[], bool]) -> None:
        """``has_time`` tells whether another document can be fetched."""
        self._client = client
        self._has_time = has_time

    def read(
        self, source: Subscription, checkpoint: FeedCheckpoint, before: SourceState | None, now: datetime
    ) -> Delivery[FeedCheckpoint]:
        """What is new in the feed, and below its posts about the brand."""
        reading = _Reading(source, checkpoint, now)
        try:
            listed, validators = self._read_feed(reading)
        except SourceError as error:
            state = next_state(before, source.key, error.status, str(error), now, until=error.until)
            return Delivery(checkpoint, state)
        followed = self._read_comments(reading, checkpoint.following(now, reading.followed).followed)
        after = checkpoint.after(now, validators, listed, reading.seen).following(now, {})
        after = replace(after, followed=followed)
        return Delivery(
            after,
            _state(reading, before),
            tuple(reading.mentions),
            posts_read=reading.posts_read,
            not_kept=dict(reading.not_kept),
            capped=reading.is_cut_short,
        )

    def _read_feed(self, reading: _Reading) -> tuple[Iterable[str], Validators]:
        """Read the feed itself; returns the keys of its items, and what its document came with."""
        checkpoint = reading.checkpoint
        answer = self._client.get(reading.feed.url, checkpoint.validators)
        reading.moved_to = answer.moved_to
        if answer.body is None:
            return checkpoint.listed, checkpoint.validators
        document = read_document(answer)
        items = items_of(document, reading.feed, reading.ids, skip=reading.skip)
        _note(reading, document)
        reading.posts_read += len(items)
        reading.gap = _gap(reading, items)
        # Posts first: what is said below one of the same document is about the brand if it is.
        reading.keep([item for item in items if not item.is_comment], items)
        reading.keep([item for item in items if item.is_comment], items)
        # What was cut short or broken is asked for again, whole.
        return [item.key for item in items], NO_VALIDATORS if document.is_malformed else answer.validators

    def _read_comments(self, reading: _Reading, followed: Mapping[str, Followed]) -> dict[str, Followed]:
        """Read what is said below the posts about the brand, of the newest first; returns what is followed on."""
        after = dict(followed)
        for page, one in sorted(followed.items(), key=lambda pair: -pair[1].at):
            if not self._has_time():
                reading.is_cut_short = True
                reading.notes["Not every post's comments were read for want of time: the next run reads them."] = None
                break
            try:
                answer = self._client.get(one.url, one.validators)
                if answer.body is None:
                    continue
                document = read_document(answer)
                items = items_of(document, reading.feed, reading.ids, page, reading.skip)
                reading.posts_read += len(items)
                reading.keep(items, items)
            except SourceError as error:
                reading.notes[f"Comments on {page} could not be read: {error}"] = None
                if error.status is SourceStatus.ACCOUNT_GONE:
                    del after[page]
                if error.until is not None:  # the server asks to be left alone, with all its pages
                    break
                continue
            except Exception as error:  # noqa: BLE001 - whatever one feed of comments causes, the others are read
                reading.notes[f"Comments on {page} could not be read ({type(error).__name__})."] = None
                continue
            after[page] = replace(one, validators=answer.validators)
        return after


def _gap(reading: _Reading, items: Sequence[Item]) -> Gap | None:
    """The time in which there were more items than the feed lists; None where it still lists one that was there."""
    before = reading.checkpoint
    times = [item.entry.published for item in items if item.entry.published is not None]
    if before.read_at is None or not before.listed or not times or any(item.key in before.listed for item in items):
        return None
    oldest = min(times)
    if oldest <= before.read_at:
        return None  # The feed has other ids than before, and all of its items may be known.
    return Gap(
        before.read_at, oldest, f"The feed lists {len(items)} items only, and there were more since the last run."
    )


def _note(reading: _Reading, document: Document) -> None:
    if document.is_malformed:
        reading.notes["The feed is malformed: it was read as far as that is possible."] = None
    if reading.moved_to is not None:
        reading.notes[f"The feed has moved for good: add {reading.moved_to}, and remove this address."] = None


def _state(reading: _Reading, before: SourceState | None) -> SourceState:
    status, message = SourceStatus.OK, "All items are read."
    if reading.gap is not None:
        status, message = SourceStatus.STALE_CHECKPOINT, f"Items may have been missed: {reading.gap.why}"
    elif reading.is_first:
        status, message = SourceStatus.BASELINE, "First run: items from before are stored and alert nobody."
    notes = tuple(reading.notes)
    return next_state(before, reading.feed.key, status, message, reading.now, gap=reading.gap, notes=notes)
