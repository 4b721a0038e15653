"""Taking a mention in: it is stored once, and with it, in one transaction, whatever it changes about a case."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from earshot.cases.case import Case, Entry
from earshot.cases.hearing import LadderFor, hear, hear_repost, owes_answer
from earshot.cases.policy import DEFAULT_POLICY, Policy
from earshot.cases.same_thing import about_one_thing, words
from earshot.cases.thread import Heard, Thread, absorb
from earshot.errors import ConflictError, DuplicateError
from earshot.mentions.mention import Mention
from earshot.triage.judgement import Intent, Judgement
from earshot.triage.terms import NO_TERMS, Terms

# A complaint that repeats one of the same author within a day is about the same day's trouble.
SAME_THING_WITHIN = timedelta(hours=24)
MOST_TRIES = 6
MOST_RECENT_CASES = 10


@dataclass(frozen=True, slots=True)
class RecentCase:
    """A case that an author opened, and the words that tell what it is about."""

    thread: str
    opened_at: datetime
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class AuthorCases:
    """The latest cases of one author, so that a complaint said twice is heard as one."""

    key: str
    version: int = 0
    recent: tuple[RecentCase, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredMention:
    """A mention with what it was taken to mean, and when."""

    mention: Mention
    judgement: Judgement
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a mention: ``new`` is False where it was known already, ``case`` is the one it belongs to."""

    new: bool
    case: Case | None = None
    entries: tuple[Entry, ...] = ()

    def happened(self, what: str) -> bool:
        """Whether the log says ``what``: opened, replied, escalated and so on."""
        return any(entry.what == what for entry in self.entries)


class Store(Protocol):
    """What intake asks of the table. The rules are tested on one in memory, the table on DynamoDB's stand-ins."""

    def mention(self, key: str) -> StoredMention | None: ...
    def thread(self, key: str) -> Thread: ...
    def author(self, key: str) -> AuthorCases: ...
    def author_since(self, thread: str, author_id: str) -> datetime | None: ...
    def put_mention(self, stored: StoredMention) -> None: ...
    def save(
        self,
        changes: Sequence[tuple[Thread, Sequence[Entry]]],
        *,
        now: datetime,
        mention: StoredMention | None = None,
        author: AuthorCases | None = None,
    ) -> None: ...


def take(
    stored: StoredMention,
    *,
    store: Store,
    brands: frozenset[str],
    ladder_for: LadderFor,
    terms: Terms = NO_TERMS,
    policy: Policy = DEFAULT_POLICY,
) -> Taken:
    """Store a mention and fold it into its case; a mention that is known already changes nothing.

    Two functions may hear posts of one conversation at the same moment: whoever writes second reads again.
    ConflictError after ``MOST_TRIES``: the queue delivers the mention again later.
    """
    for _ in range(MOST_TRIES):
        try:
            return _take(stored, store, brands, ladder_for, terms, policy)
        except DuplicateError:
            return Taken(new=False)
        except ConflictError:
            continue
    raise ConflictError(f"{stored.mention.key}: its conversation changed {MOST_TRIES} times while it was being stored.")


def _take(
    stored: StoredMention,
    store: Store,
    brands: frozenset[str],
    ladder_for: LadderFor,
    terms: Terms,
    policy: Policy,
) -> Taken:
    mention, judgement, now = stored.mention, stored.judgement, stored.heard_at
    if mention.is_repost:
        return _take_repost(stored, store, ladder_for, terms, policy)
    own_thread, main = _threads(store, mention.thread)
    author = None
    if main.case is None and judgement.intent is Intent.COMPLAINT and owes_answer(mention, judgement, brands):
        author = store.author(mention.author_key)
        earlier = _said_before(author, mention)
        if earlier is not None:
            main = store.thread(earlier.thread)
            return _join_earlier(stored, store, own_thread, main, brands, ladder_for, terms, policy)
    since = _author_since(main, mention, store)
    heard = hear(
        main,
        mention,
        judgement,
        now=now,
        brands=brands,
        ladder_for=ladder_for,
        author_since=since,
        terms=terms,
        policy=policy,
    )
    if mention.own:
        heard = _hear_answered(heard, mention, store, now, brands, ladder_for, terms, policy)
    if heard.thread == main:
        store.put_mention(stored)
        return Taken(new=True, case=main.case)
    store.save(
        [(heard.thread, heard.entries)],
        now=now,
        mention=stored,
        author=_remember(author, mention) if author is not None and main.case is None else None,
    )
    return Taken(new=True, case=heard.thread.case, entries=heard.entries)


def _threads(store: Store, key: str) -> tuple[Thread, Thread]:
    """A thread, and the one that its case lies in: itself, or the one that it joined."""
    thread = store.thread(key)
    return thread, store.thread(thread.joined) if thread.joined else thread


def _author_since(thread: Thread, mention: Mention, store: Store) -> datetime | None:
    """Asked only where it can matter: of a reply that may open the case, or open it earlier."""
    may_open = thread.case is None or mention.created_at <= thread.case.owed_at
    if mention.own or not may_open or mention.id == mention.conversation_id:
        return None
    return store.author_since(mention.thread, mention.author.id)


def _hear_answered(
    heard: Heard,
    own: Mention,
    store: Store,
    now: datetime,
    brands: frozenset[str],
    ladder_for: LadderFor,
    terms: Terms,
    policy: Policy,
) -> Heard:
    """Hear again what the brand replied to: it was owed an answer, even where nothing in its words said so."""
    answered = store.mention(f"{own.source}#{own.in_reply_to_id}") if own.in_reply_to_id else None
    if answered is None or answered.mention.own or owes_answer(answered.mention, answered.judgement, brands):
        return heard
    again = hear(
        heard.thread,
        answered.mention,
        answered.judgement,
        now=now,
        brands=brands,
        ladder_for=ladder_for,
        author_since=_author_since(heard.thread, answered.mention, store),
        terms=terms,
        policy=policy,
    )
    return Heard(again.thread, (*heard.entries, *again.entries))


def _take_repost(stored: StoredMention, store: Store, ladder_for: LadderFor, terms: Terms, policy: Policy) -> Taken:
    mention = stored.mention
    original = store.mention(f"{mention.source}#{mention.reposted_id}")
    if original is not None:
        _, main = _threads(store, original.mention.thread)
        heard = hear_repost(
            main,
            original.mention,
            mention,
            now=stored.heard_at,
            ladder_for=ladder_for,
            terms=terms,
            policy=policy,
        )
        if heard.thread != main:
            store.save([(heard.thread, heard.entries)], now=stored.heard_at, mention=stored)
            return Taken(new=True, case=heard.thread.case, entries=heard.entries)
    store.put_mention(stored)
    return Taken(new=True)


def _join_earlier(
    stored: StoredMention,
    store: Store,
    thread: Thread,
    main: Thread,
    brands: frozenset[str],
    ladder_for: LadderFor,
    terms: Terms,
    policy: Policy,
) -> Taken:
    """The author said it before: the post joins that case, and its own thread points there from now on."""
    mention, now = stored.mention, stored.heard_at
    heard = hear(
        main,
        mention,
        stored.judgement,
        now=now,
        brands=brands,
        ladder_for=ladder_for,
        terms=terms,
        policy=policy,
    )
    taken_over = absorb(heard.thread, thread, now)
    entries = (*heard.entries, *taken_over.entries)
    store.save(
        [(taken_over.thread, entries), (replace(thread, joined=main.key, own_posts=()), ())],
        now=now,
        mention=stored,
    )
    return Taken(new=True, case=taken_over.thread.case, entries=entries)


def _said_before(author: AuthorCases, mention: Mention) -> RecentCase | None:
    said = words(mention.text)
    for recent in reversed(author.recent):
        if abs(mention.created_at - recent.opened_at) <= SAME_THING_WITHIN and about_one_thing(said, recent.words):
            return recent if recent.thread != mention.thread else None
    return None


def _remember(author: AuthorCases, mention: Mention) -> AuthorCases:
    case = RecentCase(mention.thread, mention.created_at, words(mention.text))
    return replace(author, recent=(*author.recent, case)[-MOST_RECENT_CASES:])
