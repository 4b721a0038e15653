"""Ingesting a mention: it is stored once and, in the same transaction, everything that it changes about cases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from earshot.cases.author_cases import AuthorCases
from earshot.cases.case.case import Case
from earshot.cases.case.log import LogEntry
from earshot.cases.case.recovery import CustomerOpinion
from earshot.cases.conversation.conversation import Conversation, FoldResult, fold_opinion, merge
from earshot.cases.conversation.fold import AuthorContext, FoldRules, fold, fold_repost, owes_answer
from earshot.errors import ConflictError, DuplicateError
from earshot.mentions.mention import Mention
from earshot.triage.judgement import Intent, Judgement

MOST_TRIES = 6

# A changed conversation, and the log entries of the change.
Change = tuple[Conversation, Sequence[LogEntry]]


@dataclass(frozen=True, slots=True)
class StoredMention:
    """A mention with its judgement; ``ingested_at`` is when it was judged and stored."""

    mention: Mention
    judgement: Judgement
    ingested_at: datetime


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of a mention: ``new`` is False where it was stored before, ``case`` is the one it belongs to."""

    new: bool
    case: Case | None = None
    entries: tuple[LogEntry, ...] = ()

    def happened(self, what: str) -> bool:
        """Whether the log says ``what``: opened, replied, escalated and so on."""
        return any(entry.what == what for entry in self.entries)


class IngestStore(Protocol):
    """What ingesting asks of the case table."""

    def mention(self, key: str) -> StoredMention | None: ...
    def conversation(self, key: str) -> Conversation: ...
    def author(self, key: str) -> AuthorCases: ...
    def first_post_at(self, conversation: str, author_id: str, intent: Intent | None = None) -> datetime | None: ...
    def put_mention(self, stored: StoredMention) -> None: ...
    def save(
        self,
        changes: Sequence[Change],
        *,
        now: datetime,
        mention: StoredMention | None = None,
        author: AuthorCases | None = None,
    ) -> None: ...


def ingest(stored: StoredMention, store: IngestStore, rules: FoldRules) -> IngestResult:
    """Store a mention and fold it into its case. A mention that is stored already changes nothing.

    Two functions may ingest posts of one conversation at the same moment: the second one to write reads again.
    ConflictError after ``MOST_TRIES``: the queue delivers the mention again later.
    """
    for _ in range(MOST_TRIES):
        try:
            return _Ingestion(stored, store, rules).run()
        except DuplicateError:
            return IngestResult(new=False)
        except ConflictError:
            continue
    raise ConflictError(f"{stored.mention.key}: its conversation changed {MOST_TRIES} times while it was being stored.")


@dataclass(frozen=True, slots=True)
class _Ingestion:
    """One try to ingest ``stored``. DuplicateError: it is stored already; ConflictError: others wrote meanwhile."""

    stored: StoredMention
    store: IngestStore
    rules: FoldRules

    def run(self) -> IngestResult:
        mention, judgement = self.stored.mention, self.stored.judgement
        if mention.is_repost:
            return self._ingest_repost()
        posted_in, primary = self._conversations(mention.conversation_key)
        author = self._author(primary, self.stored)
        if author is not None and primary.case is None and judgement.intent is Intent.COMPLAINT:
            earlier = author.find_repeated(mention)
            if earlier is not None:
                return self._ingest_repeated(author, posted_in, self.store.conversation(earlier.conversation))
        folded = self._fold(primary, self.stored, self._author_context(primary, mention, author))
        if mention.own:
            folded = self._fold_answered_post(folded)
        changes = [] if folded.conversation == primary else [(folded.conversation, folded.entries)]
        return self._save(author, folded.conversation, changes)

    def _ingest_repost(self) -> IngestResult:
        mention, now = self.stored.mention, self.stored.ingested_at
        original = self.store.mention(f"{mention.source}#{mention.reposted_id}")
        if original is not None:
            _, primary = self._conversations(original.mention.conversation_key)
            folded = fold_repost(primary, original.mention, mention, now=now, rules=self.rules)
            if folded.conversation != primary:
                self.store.save([(folded.conversation, folded.entries)], now=now, mention=self.stored)
                return IngestResult(new=True, case=folded.conversation.case, entries=folded.entries)
        self.store.put_mention(self.stored)
        return IngestResult(new=True)

    def _ingest_repeated(self, author: AuthorCases, posted_in: Conversation, primary: Conversation) -> IngestResult:
        """The author repeats a complaint: the post joins its case, and the conversation is merged into that one."""
        folded = self._fold(primary, self.stored, AuthorContext(last_opinion=author.last_opinion))
        taken_over = merge(folded.conversation, posted_in, self.stored.ingested_at)
        entries = (*folded.entries, *taken_over.entries)
        merged = replace(posted_in, merged_into=primary.key, own_posts=())
        return self._save(author, taken_over.conversation, [(taken_over.conversation, entries), (merged, ())])

    def _save(self, author: AuthorCases | None, primary: Conversation, changes: Sequence[Change]) -> IngestResult:
        """Store the mention with all that it changes: conversations, and what is known of its author."""
        known = None
        if author is not None:
            opinion = CustomerOpinion.of(self.stored.mention, self.stored.judgement)
            known = author.after(self.stored.mention, opinion, primary.key, primary.case)
            if opinion is not None and known.last_opinion == opinion:
                changes = [*changes, *self._changes_elsewhere(author, opinion, primary.key)]
        if not changes and known == author:
            self.store.put_mention(self.stored)
        else:
            changed = known if known != author else None
            self.store.save(changes, now=self.stored.ingested_at, mention=self.stored, author=changed)
        entries = tuple(entry for _, more in changes for entry in more)
        return IngestResult(new=True, case=primary.case, entries=entries)

    def _changes_elsewhere(self, author: AuthorCases, opinion: CustomerOpinion, primary_key: str) -> list[Change]:
        """What an opinion changes about the author's cases in other conversations."""
        changes: list[Change] = []
        for recent in author.elsewhere(primary_key):
            if opinion.counts_for(recent.opened_at):
                other = self.store.conversation(recent.conversation)
                folded = fold_opinion(other, opinion, self.stored.ingested_at)
                changes += [(folded.conversation, folded.entries)] if folded.conversation != other else []
        return changes

    def _fold(self, conversation: Conversation, stored: StoredMention, author: AuthorContext) -> FoldResult:
        now = self.stored.ingested_at
        return fold(conversation, stored.mention, stored.judgement, now=now, rules=self.rules, author=author)

    def _fold_answered_post(self, folded: FoldResult) -> FoldResult:
        """Fold the post that the brand replied to once more: it was owed an answer, though nothing in it said so."""
        own = self.stored.mention
        answered = self.store.mention(f"{own.source}#{own.in_reply_to_id}") if own.in_reply_to_id else None
        if answered is None or answered.mention.own or self._owes_answer(answered):
            return folded
        author = self._author(folded.conversation, answered)
        context = self._author_context(folded.conversation, answered.mention, author)
        again = self._fold(folded.conversation, answered, context)
        return FoldResult(again.conversation, (*folded.entries, *again.entries))

    def _conversations(self, key: str) -> tuple[Conversation, Conversation]:
        """A conversation, and the primary one, which has its case: itself, or the one that it was merged into."""
        conversation = self.store.conversation(key)
        merged_into = conversation.merged_into
        return conversation, conversation if merged_into is None else self.store.conversation(merged_into)

    def _owes_answer(self, stored: StoredMention) -> bool:
        return owes_answer(stored.mention, stored.judgement, self.rules.brands)

    def _author(self, conversation: Conversation, stored: StoredMention) -> AuthorCases | None:
        """What is known of an author: read only for praise and complaints, and where a case may become theirs."""
        mention = stored.mention
        is_owed = self._owes_answer(stored) or mention.id in conversation.answered_ids
        may_pass = is_owed and _may_pass(conversation.case, mention)
        if may_pass or CustomerOpinion.of(mention, stored.judgement) is not None:
            return self.store.author(mention.author_key)
        return None

    def _author_context(
        self, conversation: Conversation, mention: Mention, author: AuthorCases | None
    ) -> AuthorContext:
        """What the author of a mention posted beside it; each part is read only where it can matter."""
        first_post_at = self._first_post_at(conversation.case, mention)
        if author is None:
            return AuthorContext(first_post_at)
        complained_at = None
        if _may_pass(conversation.case, mention):
            key, author_id = mention.conversation_key, mention.author.id
            complained_at = self.store.first_post_at(key, author_id, Intent.COMPLAINT)
        earlier = [one for one in author.elsewhere(conversation.key) if one.opened_at < mention.created_at]
        return AuthorContext(first_post_at, complained_at, author.last_opinion, len(earlier))

    def _first_post_at(self, case: Case | None, mention: Mention) -> datetime | None:
        """Read only for a reply that may open the case, or open it earlier."""
        may_open = case is None or mention.created_at <= case.response.owed_at
        if mention.own or not may_open or mention.id == mention.conversation_id:
            return None
        return self.store.first_post_at(mention.conversation_key, mention.author.id)


def _may_pass(case: Case | None, mention: Mention) -> bool:
    """Whether a case would become that of the mention's author, because the mention is older than its first post."""
    if case is None or mention.own or mention.author.id == case.author.id:
        return False
    return case.response.is_older(mention.created_at, mention.id)
