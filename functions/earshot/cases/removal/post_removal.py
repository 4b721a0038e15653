"""Takes one post out of all that is stored, found by keys and indexes: no function may read whole tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from earshot.aws.dynamodb import Item, Record, from_item, to_item
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.forgetting import ON_REQUEST, REMOVED
from earshot.cases.removal.item_removal import ChangedCases, ItemRemoval, Swept
from earshot.cases.removal.receipt import ASKED, Receipt
from earshot.cases.removal.redactor import Redactor
from earshot.cases.removal.subject import Kind, Subject
from earshot.cases.removal.table import AskedRemoval, RemovalTable
from earshot.cases.store.keys import ALERT, author_key, mention_key, reposts_of
from earshot.cases.stored_mention import StoredMention
from earshot.errors import ConflictError

SWEEP = "earshot sweep"
"""Who removes what is gone at its source, as logs and receipts name it."""
# What was being written while a post was removed is found by the next pass.
_MOST_PASSES = 4
# Cases that were told of by one text message: of a larger crowd the copies of the others expire with their logs.
_MOST_TOLD_WITH = 1_000


class Remover(Protocol):
    """Makes what empties items of the case table."""

    def __call__(
        self,
        subject: Subject,
        redactor: Redactor,
        by: str,
        at: datetime,
        swept: Swept,
        delete: Callable[[Record], bool],
        why: str,
    ) -> ItemRemoval: ...


class PostRemoval:
    """Removes posts. ``cases`` reads and changes cases as everybody does."""

    def __init__(self, table: RemovalTable, cases: ChangedCases, remover: Remover) -> None:
        self._table = table
        self._cases = cases
        self._remover = remover

    def remove(self, post: StoredMention, reason: str, noticed_at: datetime, now: datetime, by: str = SWEEP) -> None:
        """Take a post out of all that is stored, with a receipt. It can be repeated.

        ConflictError where it is written to faster than it can be removed.
        """
        mention = post.mention
        receipt = Receipt.of_post(mention.source, mention.id, reason, noticed_at, by)
        self._table.write(receipt)
        why = ON_REQUEST if reason == ASKED else f"removed: {reason} at its source"
        self._table.write(receipt.done(now, self._empty(post, by, why, now)))

    def finish(self, key: str, reason: str, noticed_at: datetime, now: datetime, by: str = SWEEP) -> None:
        """Of a post that is not kept any more: where a run died after its last item, its receipt still has no end."""
        source, _, id = key.partition("#")
        self._table.write(Receipt.of_post(source, id, reason, noticed_at, by).done(now, {}), only_existing=True)

    def remove_asked(self, asked: AskedRemoval, now: datetime) -> bool:
        """Remove what somebody asked for; False where no such post is stored (any more)."""
        key = f"{asked.source}#{asked.id}"
        self._keep_out(asked, now)
        posts = self._table.kept([key])
        for post in posts:
            self.remove(post, ASKED, asked.at, now, asked.by)
        if not posts:
            self.finish(key, ASKED, asked.at, now, asked.by)
        self._table.note_done(asked, now)
        return bool(posts)

    def _keep_out(self, asked: AskedRemoval, now: datetime) -> None:
        """What is not stored (yet) may still be in a queue, or be brought later: it is not taken in then."""
        subject = Subject(Kind.POST, asked.source, asked.id, posts={asked.id})
        nobody = Redactor((), (), ())
        self._remover(subject, nobody, asked.by, now, Swept(), lambda key: False, ON_REQUEST).mark()

    def _empty(self, post: StoredMention, by: str, why: str, now: datetime) -> Mapping[str, int]:
        """Empty all that has the post; how many items of which kind."""
        subject, redactor = self._subject_of(post)
        swept = Swept()
        removal = self._remover(subject, redactor, by, now, swept, lambda key: self._table.expire(key, now), why)
        for _ in range(_MOST_PASSES):
            before = swept.counts.total(), swept.missed
            removal.others(self._items_about(post, subject))
            removal.own(self._cases, lambda: self._own_items(post, subject))
            if (swept.counts.total(), swept.missed) == before:
                return swept.counts
        raise ConflictError(f"{post.mention.key} is written to while it is removed: the next run goes on.")

    def _subject_of(self, post: StoredMention) -> tuple[Subject, Redactor]:
        mention, texts = post.mention, {post.mention.text}
        subject = Subject(Kind.POST, mention.source, mention.id, posts={mention.id, *mention.edit_ids}, texts=texts)
        subject.takes_author = not mention.own
        if post.conversation is not None and not mention.own:
            self._learn(subject, post.conversation, post)
        author = mention.author
        handles = {author.handle.lower()} if subject.takes_author and author.handle else set[str]()
        has_name = subject.takes_author and author.name and _letters(author.name) != _letters(mention.brand)
        names = {author.name} if has_name and author.name else set[str]()
        return subject, Redactor(handles, names, texts - {REMOVED})

    def _learn(self, subject: Subject, conversation: str, post: StoredMention) -> None:
        """What else of the post's author is in its case: where that is nothing, they go with it."""
        mention = post.mention
        subject.cases[conversation] = {mention.id}
        others = [one.mention for one in self._cases.posts(conversation) if not one.mention.own]
        others = [one for one in others if one.id != mention.id and one.author.id == mention.author.id]
        subject.takes_author = all(one.text == REMOVED for one in others)
        if subject.takes_author:
            subject.ids.add(mention.author.id)
            # They were forgotten before, with the author's name left: now that goes, too.
            subject.posts |= {one.id for one in others}
        case = self._cases.conversation(conversation).case
        if case is not None and case.posts.headline.id in subject.posts:
            subject.texts.add(case.posts.headline.text)

    def _items_about(self, post: StoredMention, subject: Subject) -> Iterator[Item]:
        """What may have the words of the post: its case with log and alerts, the same alerts in other cases, the
        incident that it is in, corrections, what is known of its author, and its reposts."""
        mention = post.mention
        for key in subject.cases:
            told_with: dict[str, None] = {}
            for item in self._table.partition(key):
                told_with |= dict.fromkeys(_told_with(item))
                yield item
            for other in [one for one in told_with if one != key][:_MOST_TOLD_WITH]:
                yield from self._table.partition(other, ALERT)
            yield from self._items_beside(self._cases.conversation(key))
            if subject.takes_author:
                yield from self._table.items(_participants(post))
        yield from self._table.items([to_item(author_key(mention.author_key))])
        yield from self._table.listed(reposts_of(mention.key))

    def _items_beside(self, conversation: Conversation) -> Iterator[Item]:
        case = conversation.case
        if case is None:
            return
        if case.incident_id is not None:
            yield from self._table.partition(case.incident_id)
        if case.assessment.original is not None:
            yield from self._table.corrections(case.opened_at)

    def _own_items(self, post: StoredMention, subject: Subject) -> Iterator[Item]:
        if subject.takes_author:
            for key in subject.cases:
                yield from self._table.listed(key)
        # What says that it is not done goes last: until then a run that died finds it again.
        yield from self._table.items([to_item(mention_key(post.mention.key))])


def _letters(name: str) -> str:
    """A name without case and spaces: whoever calls themselves what the brand is called takes no text with it along."""
    return "".join(filter(str.isalnum, name.casefold()))


def _told_with(item: Item) -> Sequence[str]:
    """The cases that an alert was about, in whose logs it is as well."""
    if not str(item["sk"].get("S")).startswith(ALERT):
        return ()
    alert: Mapping[str, Any] = from_item(item).get("alert") or {}
    return alert.get("told_with", ())


def _participants(post: StoredMention) -> list[Item]:
    """The keys of what says that its author is in the conversation: by handle, or by id."""
    mention = post.mention
    prefix = f"PARTICIPANT#{mention.brand.lower()}#"
    names = [mention.author.id, *([mention.author.handle.lower()] if mention.author.handle else [])]
    return [to_item({"pk": f"THREAD#{mention.conversation_key}", "sk": prefix + name}) for name in names]
