"""Taking a mention in: it is stored once, and with it, in one transaction, whatever it changes about a case."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.case import Case
from earshot.cases.case.ladder import LadderFor
from earshot.cases.case.log import LogEntry
from earshot.cases.case.recovery import CustomerOpinion
from earshot.cases.conversation.conversation import Conversation, FoldResult, hear_opinion, merge
from earshot.cases.conversation.fold import AuthorContext, fold, fold_repost, owes_answer
from earshot.cases.policy.policy import DEFAULT_POLICY, Policy
from earshot.errors import ConflictError, DuplicateError
from earshot.mentions.mention import Mention
from earshot.triage.judgement import Intent, Judgement
from earshot.triage.terms.terms import NO_TERMS, Terms

MOST_TRIES = 6


@dataclass(frozen=True, slots=True)
class StoredMention:
    """A mention with what it was taken to mean, and when."""

    mention: Mention
    judgement: Judgement
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of a mention: ``new`` is False where it was known already, ``case`` is the one it belongs to."""

    new: bool
    case: Case | None = None
    entries: tuple[LogEntry, ...] = ()

    def happened(self, what: str) -> bool:
        """Whether the log says ``what``: opened, replied, escalated and so on."""
        return any(entry.what == what for entry in self.entries)


class IngestStore(Protocol):
    """What intake asks of the table. The rules are tested on one in memory, the table on DynamoDB's stand-ins."""

    def mention(self, key: str) -> StoredMention | None: ...
    def thread(self, key: str) -> Conversation: ...
    def author(self, key: str) -> AuthorCases: ...
    def author_since(self, thread: str, author_id: str, intent: Intent | None = None) -> datetime | None: ...
    def put_mention(self, stored: StoredMention) -> None: ...
    def save(
        self,
        changes: Sequence[tuple[Conversation, Sequence[LogEntry]]],
        *,
        now: datetime,
        mention: StoredMention | None = None,
        author: AuthorCases | None = None,
    ) -> None: ...


def ingest(
    stored: StoredMention,
    *,
    store: IngestStore,
    brands: frozenset[str],
    ladder_for: LadderFor,
    terms: Terms = NO_TERMS,
    policy: Policy = DEFAULT_POLICY,
) -> IngestResult:
    """Store a mention and fold it into its case; a mention that is known already changes nothing.

    Two functions may hear posts of one conversation at the same moment: whoever writes second reads again.
    ConflictError after ``MOST_TRIES``: the queue delivers the mention again later.
    """
    for _ in range(MOST_TRIES):
        try:
            return _take(stored, store, brands, ladder_for, terms, policy)
        except DuplicateError:
            return IngestResult(new=False)
        except ConflictError:
            continue
    raise ConflictError(f"{stored.mention.key}: its conversation changed {MOST_TRIES} times while it was being stored.")


def _take(
    stored: StoredMention,
    store: IngestStore,
    brands: frozenset[str],
    ladder_for: LadderFor,
    terms: Terms,
    policy: Policy,
) -> IngestResult:
    mention, judgement, now = stored.mention, stored.judgement, stored.heard_at
    if mention.is_repost:
        return _take_repost(stored, store, ladder_for, terms, policy)
    own_thread, main = _threads(store, mention.thread)
    author = _author(store, main, mention, judgement, brands)
    if author is not None and main.case is None and judgement.intent is Intent.COMPLAINT:
        earlier = author.said_before(mention)
        if earlier is not None:
            main = store.thread(earlier.thread)
            return _join_earlier(stored, store, author, own_thread, main, brands, ladder_for, terms, policy)
    heard = fold(
        main,
        mention,
        judgement,
        now=now,
        brands=brands,
        ladder_for=ladder_for,
        said=_said(store, main, mention, author),
        terms=terms,
        policy=policy,
    )
    if mention.own:
        heard = _hear_answered(heard, mention, store, now, brands, ladder_for, terms, policy)
    changes = [] if heard.thread == main else [(heard.thread, heard.entries)]
    return _save(stored, store, author, heard.thread, changes)


def _save(
    stored: StoredMention,
    store: IngestStore,
    author: AuthorCases | None,
    main: Conversation,
    changes: Sequence[tuple[Conversation, Sequence[LogEntry]]],
) -> IngestResult:
    """Store a mention with all that it changes: its conversation, its author's other cases, what is known of them."""
    after, changes = None, list(changes)
    if author is not None:
        opinion = CustomerOpinion.of(stored.mention, stored.judgement)
        after = author.after(stored.mention, opinion, main.key, main.case)
        if opinion is not None and after.last_opinion == opinion:
            for recent in author.elsewhere(main.key):
                if opinion.counts_for(recent.opened_at):
                    other = store.thread(recent.thread)
                    heard = hear_opinion(other, opinion, stored.heard_at)
                    changes += [(heard.thread, heard.entries)] if heard.thread != other else []
    entries = tuple(entry for _, more in changes for entry in more)
    if not changes and after == author:
        store.put_mention(stored)
    else:
        changed = after if after != author else None
        store.save(changes, now=stored.heard_at, mention=stored, author=changed)
    return IngestResult(new=True, case=main.case, entries=entries)


def _threads(store: IngestStore, key: str) -> tuple[Conversation, Conversation]:
    """A thread, and the one that its case lies in: itself, or the one that it joined."""
    thread = store.thread(key)
    return thread, store.thread(thread.joined) if thread.joined else thread


def _author(
    store: IngestStore, thread: Conversation, mention: Mention, judgement: Judgement, brands: frozenset[str]
) -> AuthorCases | None:
    """What is known of an author: asked only of those who praise or complain, or to whom a case may pass."""
    passes = _may_pass(thread.case, mention) and (
        owes_answer(mention, judgement, brands) or mention.id in thread.answered
    )
    return store.author(mention.author_key) if passes or CustomerOpinion.of(mention, judgement) is not None else None


def _may_pass(case: Case | None, mention: Mention) -> bool:
    """Whether a case would pass to the author of a mention that is owed an answer, being older than what it holds."""
    if case is None or mention.own or mention.author.id == case.author.id:
        return False
    return case.response.is_older(mention.created_at, mention.id)


def _said(store: IngestStore, thread: Conversation, mention: Mention, author: AuthorCases | None) -> AuthorContext:
    """What the author of a mention said beside it; each thing is asked only where it can matter."""
    since = _author_since(thread, mention, store)
    if author is None:
        return AuthorContext(since)
    complained_at = None
    if _may_pass(thread.case, mention):
        complained_at = store.author_since(mention.thread, mention.author.id, Intent.COMPLAINT)
    before = [recent for recent in author.elsewhere(thread.key) if recent.opened_at < mention.created_at]
    return AuthorContext(since, complained_at, author.last_opinion, len(before))


def _author_since(thread: Conversation, mention: Mention, store: IngestStore) -> datetime | None:
    """Asked only where it can matter: of a reply that may open the case, or open it earlier."""
    may_open = thread.case is None or mention.created_at <= thread.case.response.owed_at
    if mention.own or not may_open or mention.id == mention.conversation_id:
        return None
    return store.author_since(mention.thread, mention.author.id)


def _hear_answered(
    heard: FoldResult,
    own: Mention,
    store: IngestStore,
    now: datetime,
    brands: frozenset[str],
    ladder_for: LadderFor,
    terms: Terms,
    policy: Policy,
) -> FoldResult:
    """Hear again what the brand replied to: it was owed an answer, even where nothing in its words said so."""
    answered = store.mention(f"{own.source}#{own.in_reply_to_id}") if own.in_reply_to_id else None
    if answered is None or answered.mention.own or owes_answer(answered.mention, answered.judgement, brands):
        return heard
    author = _author(store, heard.thread, answered.mention, answered.judgement, brands)
    again = fold(
        heard.thread,
        answered.mention,
        answered.judgement,
        now=now,
        brands=brands,
        ladder_for=ladder_for,
        said=_said(store, heard.thread, answered.mention, author),
        terms=terms,
        policy=policy,
    )
    return FoldResult(again.thread, (*heard.entries, *again.entries))


def _take_repost(
    stored: StoredMention, store: IngestStore, ladder_for: LadderFor, terms: Terms, policy: Policy
) -> IngestResult:
    mention = stored.mention
    original = store.mention(f"{mention.source}#{mention.reposted_id}")
    if original is not None:
        _, main = _threads(store, original.mention.thread)
        heard = fold_repost(
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
            return IngestResult(new=True, case=heard.thread.case, entries=heard.entries)
    store.put_mention(stored)
    return IngestResult(new=True)


def _join_earlier(
    stored: StoredMention,
    store: IngestStore,
    author: AuthorCases,
    thread: Conversation,
    main: Conversation,
    brands: frozenset[str],
    ladder_for: LadderFor,
    terms: Terms,
    policy: Policy,
) -> IngestResult:
    """The author said it before: the post joins that case, and its own thread points there from now on."""
    now = stored.heard_at
    heard = fold(
        main,
        stored.mention,
        stored.judgement,
        now=now,
        brands=brands,
        ladder_for=ladder_for,
        said=AuthorContext(last_opinion=author.last_opinion),
        terms=terms,
        policy=policy,
    )
    taken_over = merge(heard.thread, thread, now)
    entries = (*heard.entries, *taken_over.entries)
    joined = replace(thread, joined=main.key, own_posts=())
    return _save(stored, store, author, taken_over.thread, [(taken_over.thread, entries), (joined, ())])
