"""One act of staff for many customers: a statement answers them all, or all were told that an incident is over."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Protocol

from earshot.api.case_actions import ActionResult, CaseAction, RefusedError
from earshot.cases.case.case import Case
from earshot.cases.case.status import Outcome
from earshot.cases.conversation.conversation import Conversation, Decision, accept_answer
from earshot.cases.conversation.replies import AwaitedPost, Participant, Reply
from earshot.cases.incidents.incident import Member
from earshot.cases.stored_mention import StoredMention
from earshot.errors import ConflictError, NotFoundError

# So many customers take about two seconds: whoever acts sees it go on, and no request is cut off.
MOST_AT_ONCE = 100


class BulkStore(Protocol):
    """What a bulk action needs from the case table."""

    def post(self, key: str) -> StoredMention | AwaitedPost: ...
    def participants(self, thread: str, brand: str) -> Iterable[Participant]: ...
    def conversation(self, key: str) -> Conversation: ...
    def change(self, key: str, decide: Callable[[Conversation], Decision], now: datetime) -> Conversation: ...


@dataclass(frozen=True, slots=True)
class BulkResult:
    """The ids of the cases that changed, and where to go on: None, everybody was looked at."""

    changed: tuple[str, ...]
    next: str | None


def answer_all(store: BulkStore, case: Case, post_id: str, by: str, at: datetime, after: str | None) -> BulkResult:
    """``by`` says that a post of the brand answers all customers who wait in its conversation.

    NotFoundError: the post is no post of the case's brand in one of the case's conversations. Repeating it changes
    nothing; ``after`` is where the last call stopped.
    """
    stored = store.post(f"{case.key.source}#{post_id}")
    if not isinstance(stored, StoredMention) or not _is_statement(stored, case):
        raise NotFoundError(f"Post {post_id!r} is no statement of {case.brand} in a conversation of case {case.id}.")
    reply = Reply.of(stored.mention)

    def decide(conversation: Conversation) -> Decision:
        folded = accept_answer(conversation, reply, by, at)
        return None if folded.conversation == conversation else (folded.conversation, folded.entries)

    people = store.participants(stored.mention.conversation_key, case.brand)
    keys = (person.conversation for person in people if person.conversation is not None)
    return _for_each(store, keys, decide, at, after)


def tell_all(store: BulkStore, members: Iterable[Member], by: str, at: datetime, after: str | None) -> BulkResult:
    """``by`` says that all customers of an incident who still wait were told that it is over.

    Their cases are resolved; whoever complains again opens theirs again. Repeating it changes nothing.
    """

    def decide(conversation: Conversation) -> Decision:
        case = conversation.case
        if case is None or not case.status.is_waiting:
            return None
        return conversation.after(case.resolve(by, at, "told that the incident is over", Outcome.ANSWERED))

    return _for_each(store, (member.case_id for member in members), decide, at, after)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A case to which nothing was done, and why not."""

    case_id: str
    why: str


@dataclass(frozen=True, slots=True)
class EachResult:
    """The ids of the cases that changed, and those that stay as they are."""

    changed: tuple[str, ...]
    refused: tuple[Refusal, ...]


def act_on_each(
    case_ids: Iterable[str],
    action_on: Callable[[str], CaseAction],
    act: Callable[[CaseAction], ActionResult],
    finish: Callable[[ActionResult], object],
) -> EachResult:
    """Do one thing to each of these cases. A case that refuses, or is none, keeps back no other.

    ``finish`` is given what became of each. A case that is already so is neither changed nor refused.
    """
    changed: list[str] = []
    refused: list[Refusal] = []
    for case_id in dict.fromkeys(case_ids):
        try:
            result = act(action_on(case_id))
        except (RefusedError, ConflictError, NotFoundError) as error:
            refused.append(Refusal(case_id, str(error)))
            continue
        finish(result)
        changed += [] if result.entry is None else [case_id]
    return EachResult(tuple(changed), tuple(refused))


def _for_each(
    store: BulkStore,
    keys: Iterable[str],
    decide: Callable[[Conversation], Decision],
    at: datetime,
    after: str | None,
) -> BulkResult:
    left = sorted({key for key in keys if after is None or key > after})
    changed: list[str] = []
    is_changed = False

    def change(conversation: Conversation) -> Decision:
        nonlocal is_changed
        # Asked again where somebody else was faster: the last decision is the one that is written.
        decided = decide(conversation)
        is_changed = decided is not None
        return decided

    for key in islice(left, MOST_AT_ONCE):
        # A conversation may have been merged into another one: its case is there.
        primary = store.conversation(key).merged_into or key
        store.change(primary, change, at)
        changed += [primary] if is_changed else []
    return BulkResult(tuple(dict.fromkeys(changed)), left[MOST_AT_ONCE - 1] if len(left) > MOST_AT_ONCE else None)


def _is_statement(stored: StoredMention, case: Case) -> bool:
    mention = stored.mention
    is_theirs = mention.own and not mention.is_repost and mention.brand.lower() == case.brand.lower()
    return is_theirs and stored.conversation is None and mention.conversation_key in case.posts.conversations
