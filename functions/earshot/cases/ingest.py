"""Ingesting a mention: it is stored once and, in the same transaction, everything that it changes about cases."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from earshot.cases.addressee import PostStore, find_addressee
from earshot.cases.author_cases import AuthorCases
from earshot.cases.author_history import context_of_author
from earshot.cases.case.case import Case
from earshot.cases.case.key import CaseKey
from earshot.cases.case.log import LogEntry
from earshot.cases.case.recovery import CustomerOpinion
from earshot.cases.conversation.conversation import Conversation, FoldResult, fold_answers, merge
from earshot.cases.conversation.edits import newest_version, refold
from earshot.cases.conversation.fold import AuthorContext, FoldRules, alert_for_repost, fold, fold_repost, owes_answer
from earshot.cases.conversation.replies import MOST_WAITING, AwaitedPost, Reply, author_in, leading_customer
from earshot.cases.other_conversations import (
    Change,
    answers_of_others,
    change_of,
    find_conversation,
    merge_edited,
    opinion_elsewhere,
)
from earshot.cases.stored_mention import MentionWrite, StoredMention
from earshot.errors import ConflictError, DuplicateError
from earshot.mentions.mention import Mention
from earshot.triage.judgement import Intent

MOST_TRIES = 6


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of a mention: ``new`` is False where it was stored before, ``case`` is the one it belongs to."""

    new: bool
    case: Case | None = None
    entries: tuple[LogEntry, ...] = ()

    def happened(self, what: str) -> bool:
        """Whether the log says ``what``: opened, replied, escalated and so on."""
        return any(entry.what == what for entry in self.entries)


class IngestStore(PostStore, Protocol):
    """What ingesting asks of the case table."""

    def posts(self, conversation: str) -> Sequence[StoredMention]: ...
    def conversation(self, key: str) -> Conversation: ...
    def author(self, key: str) -> AuthorCases: ...
    def put_mention(self, stored: StoredMention) -> None: ...
    def take_slot(self, name: str, most: int, now: datetime) -> bool: ...
    def save(
        self,
        changes: Sequence[Change],
        *,
        now: datetime,
        mention: MentionWrite | None = None,
        author: AuthorCases | None = None,
    ) -> None: ...


def ingest(
    stored: StoredMention, store: IngestStore, rules: FoldRules, back_off: Callable[[int], None] = lambda _: None
) -> IngestResult:
    """Store a mention and fold it into its case. A mention that is stored already changes nothing.

    One that was stored as history and is heard as news is news from then on, in whichever order its sources bring it.

    Two functions may ingest posts of one customer at the same moment: the second one to write waits a moment, by
    ``back_off`` with the number of the try, and reads again. ConflictError after ``MOST_TRIES``: the queue delivers the
    mention again later.
    """
    for tries in range(1, MOST_TRIES + 1):
        try:
            return _ingest_once(stored, store, rules)
        except (ConflictError, DuplicateError):
            back_off(tries)
    raise ConflictError(f"{stored.mention.key}: its conversation changed {MOST_TRIES} times while it was being stored.")


def _ingest_once(stored: StoredMention, store: IngestStore, rules: FoldRules) -> IngestResult:
    """One try. DuplicateError and ConflictError: others wrote meanwhile."""
    mention = stored.mention
    found = store.post(mention.key)
    if isinstance(found, StoredMention):
        version = newest_version(found.mention, mention)
        is_news = found.mention.baseline and not version.baseline
        if mention.own or version == found.mention or (mention.is_repost and not is_news):
            return IngestResult(new=False)
        # History was judged without the voices that cost money.
        is_newer = version.edit_ids != found.mention.edit_ids or (is_news and version.edit_ids == mention.edit_ids)
        newest = stored.judgement if is_newer else found.judgement
        again = _Ingestion(
            replace(found, mention=version, judgement=newest, ingested_at=stored.ingested_at), store, rules
        )
        return again.ingest_repost(is_counted=True) if mention.is_repost else again.ingest_edit(found.mention)
    ingestion = _Ingestion(replace(stored, version=found.version), store, rules)
    if mention.is_repost:
        return ingestion.ingest_repost()
    if mention.own:
        return ingestion.ingest_own(found)
    return ingestion.ingest_post(found)


@dataclass(frozen=True, slots=True)
class _Ingestion:
    """One try to ingest ``stored``, whose version is that of what is stored under its key."""

    stored: StoredMention
    store: IngestStore
    rules: FoldRules

    def ingest_post(self, awaited: AwaitedPost) -> IngestResult:
        """A customer's post; ``awaited`` has the brand's posts that were read before it, and reply to it."""
        mention = self.stored.mention
        posted_in, primary = find_conversation(self.store, str(CaseKey.of(mention)))
        edits = self._edits(mention.edit_ids)
        participant = None if posted_in.first_post_at is not None else self.store.participant(author_in(mention))
        author = self._author(self.stored)
        repeated = None
        if author is not None and primary.case is None and self.stored.judgement.intent is Intent.COMPLAINT:
            repeated = author.find_repeated(mention, posted_in.key)
        if repeated is not None:
            primary = self.store.conversation(repeated.conversation)
        by_name = () if participant is None else participant.replies
        to_it, to_others = self._waiting((awaited, *edits))
        told = fold_answers(primary, by_name, self._now)
        answered = fold_answers(told.conversation, to_it, self._now, mention.id)
        folded = self._fold(answered.conversation, self.stored, self._author_context(primary.key, mention, author))
        entries = (*told.entries, *answered.entries, *folded.entries)
        changes: list[Change] = []
        conversation = folded.conversation
        refiled = {mention.key_of(reply.id): primary.key for reply in (*by_name, *to_it)}
        if repeated is not None:
            # The author repeats a complaint: the post joins its case, and this conversation is merged into that one.
            taken_over = merge(conversation, posted_in, self._now)
            conversation, entries = taken_over.conversation, (*entries, *taken_over.entries)
            changes.append((replace(posted_in.see_post(mention), merged_into=primary.key, answers=()), ()))
            earlier = self.store.posts(posted_in.key) if posted_in.version else ()
            refiled |= {one.mention.key: primary.key for one in earlier[:MOST_WAITING]}
        write = MentionWrite(
            replace(self.stored, conversation=primary.key),
            edits,
            participant=participant and replace(participant, conversation=posted_in.key, replies=()),
            refiled=refiled,
        )
        begun, conversation = merge_edited(self.store, mention, self._now, conversation, edits)
        changes = [
            *change_of(primary, conversation, entries),
            *changes,
            *begun,
            *answers_of_others(self.store, mention, self._now, to_others),
        ]
        return self._save(author, conversation, changes, write)

    def ingest_edit(self, before: Mention) -> IngestResult:
        """A later version of a customer's post, or history that is news: what followed from it is judged anew."""
        mention = self.stored.mention
        primary = self.store.conversation(self.stored.conversation or str(CaseKey.of(mention)))
        edits = self._edits(tuple(id for id in mention.edit_ids if id not in before.edit_ids))
        to_it, to_others = self._waiting(edits)
        answered = fold_answers(primary, to_it, self._now, mention.id)
        others = [one for one in self.store.posts(primary.key) if one.mention.key != mention.key]
        posts = [(one.mention, one.judgement) for one in (*others, self.stored) if not one.mention.own]
        author = self._author(self.stored)
        context = self._author_context(primary.key, mention, author)
        folded = refold(
            answered.conversation, mention, posts, now=self._now, rules=self.rules, before=before, author=context
        )
        entries = (*answered.entries, *folded.entries)
        write = MentionWrite(
            replace(self.stored, conversation=primary.key),
            edits,
            refiled={mention.key_of(reply.id): primary.key for reply in to_it},
        )
        begun, conversation = merge_edited(self.store, mention, self._now, folded.conversation, edits)
        changes = [
            *change_of(primary, conversation, entries),
            *begun,
            *answers_of_others(self.store, mention, self._now, to_others),
        ]
        return self._save(author, conversation, changes, write)

    def ingest_own(self, awaited: AwaitedPost) -> IngestResult:
        """A post of the brand; ``awaited`` has further ones that reply to it, and so answer the same customer."""
        own = self.stored.mention
        edits = self._edits(own.edit_ids)
        whom = find_addressee(own, self.store, self.rules.brands)
        key, person = whom.conversation, whom.participant
        # What names a customer itself does not follow this post.
        later = [reply for reply in self._waiting((awaited, *edits))[0] if not reply.names_customer]
        names_customer = whom.post is None and leading_customer(own, self.rules.brands) is not None
        replies = (Reply.of(own, names_customer=names_customer), *later)
        write = MentionWrite(
            replace(self.stored, conversation=key),
            edits,
            awaited=whom.awaited and whom.awaited.with_replies(replies),
            participant=person.with_replies(replies) if person is not None and key is None else None,
        )
        if key is None:
            if write.is_alone:
                self.store.put_mention(self.stored)
            else:
                self.store.save((), now=self._now, mention=write)
            return IngestResult(new=True)
        _, primary = find_conversation(self.store, key)
        folded = fold_answers(primary, replies, self._now, whom.post and whom.post.mention.id)
        if whom.post is not None:
            folded = self._fold_answered_post(folded, whom.post)
        write = replace(
            write,
            stored=replace(self.stored, conversation=primary.key),
            refiled={own.key_of(reply.id): primary.key for reply in later},
        )
        changes = change_of(primary, folded.conversation, folded.entries)
        return self._save(None, folded.conversation, changes, write)

    def ingest_repost(self, *, is_counted: bool = False) -> IngestResult:
        """Somebody passes a post on: more people see what its case is about.

        ``is_counted``: the case has counted it as history, which alerts nobody, and it is news.
        """
        mention = self.stored.mention
        original = self.store.post(mention.key_of(mention.reposted_id or ""))
        if isinstance(original, StoredMention) and not original.mention.own and original.conversation is not None:
            _, primary = find_conversation(self.store, original.conversation)
            if is_counted:
                folded = alert_for_repost(primary, mention, now=self._now, rules=self.rules)
            else:
                folded = fold_repost(primary, original.mention, mention, now=self._now, rules=self.rules)
            if folded.conversation != primary:
                changes = [(folded.conversation, folded.entries)]
                self.store.save(changes, now=self._now, mention=MentionWrite(self.stored))
                return IngestResult(new=True, case=folded.conversation.case, entries=folded.entries)
        self.store.put_mention(self.stored)
        return IngestResult(new=True)

    @property
    def _now(self) -> datetime:
        return self.stored.ingested_at

    def _save(
        self, author: AuthorCases | None, primary: Conversation, changes: Sequence[Change], write: MentionWrite
    ) -> IngestResult:
        """Store the mention with all that it changes: conversations, and what is known of its author."""
        known = None
        if author is not None:
            opinion = CustomerOpinion.of(self.stored.mention, self.stored.judgement)
            known = author.after(self.stored.mention, opinion, primary.key, primary.case)
            if any(entry.what == "escalated" for _, entries in changes for entry in entries):
                known = known.see_alert(self._now)
            if opinion is not None and known.last_opinion == opinion:
                changes = [*changes, *opinion_elsewhere(self.store, author, opinion, primary.key, self._now)]
        changed = known if known != author else None
        self.store.save(changes, now=self._now, mention=write, author=changed)
        entries = tuple(entry for _, more in changes for entry in more)
        return IngestResult(new=True, case=primary.case, entries=entries)

    def _fold(self, conversation: Conversation, stored: StoredMention, author: AuthorContext) -> FoldResult:
        return fold(conversation, stored.mention, stored.judgement, now=self._now, rules=self.rules, author=author)

    def _fold_answered_post(self, folded: FoldResult, answered: StoredMention) -> FoldResult:
        """Fold the post that the brand replied to once more: it was owed an answer, though nothing in it said so."""
        if owes_answer(answered.mention, answered.judgement, self.rules.brands):
            return folded
        author = self._author(answered)
        context = self._author_context(folded.conversation.key, answered.mention, author)
        again = self._fold(folded.conversation, answered, context)
        return FoldResult(again.conversation, (*folded.entries, *again.entries))

    def _edits(self, ids: Iterable[str]) -> tuple[AwaitedPost, ...]:
        """What is stored under the ids of later versions: at most the brand's posts that reply to them."""
        found = [self.store.post(self.stored.mention.key_of(id)) for id in ids]
        return tuple(one for one in found if isinstance(one, AwaitedPost))

    def _waiting(self, awaited: Iterable[AwaitedPost]) -> tuple[list[Reply], list[Reply]]:
        """The replies that waited for a customer's post: those of the brand that it is to, and those of others."""
        replies, brand = [reply for one in awaited for reply in one.replies], self.stored.mention.brand.lower()
        ours = [reply for reply in replies if reply.brand.lower() == brand]
        return ours, [reply for reply in replies if reply not in ours]

    def _author(self, stored: StoredMention) -> AuthorCases | None:
        """What is known of an author: read only for praise, complaints, and what may alert."""
        may_alert = self.rules.policy.ladder_for(stored.judgement.severity)
        has_opinion = CustomerOpinion.of(stored.mention, stored.judgement) is not None
        return self.store.author(stored.mention.author_key) if has_opinion or may_alert else None

    def _author_context(self, key: str, mention: Mention, author: AuthorCases | None) -> AuthorContext:
        """What the author of a mention posted in other conversations than the one with this key."""
        if author is None:
            return AuthorContext()
        judgement = self.stored.judgement
        return context_of_author(author, key, mention, judgement, self.store, self.rules, self._now)
