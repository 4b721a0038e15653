"""A thread: one conversation as the brand must see it, with its own posts and the case it gave rise to.

``hear`` folds one mention into a thread. Posts arrive in any order and some arrive late, so whatever follows from
the posts alone (when the case opened, who opened it, how urgent it is, when it was answered) comes out the same
in every order.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from earshot.cases.case import Alerting, Case, Entry, Status, Step
from earshot.mentions.mention import Mention
from earshot.triage.judgement import Intent, Judgement, Severity

LadderFor = Callable[[Severity], tuple[Step, ...]]
ASKING = frozenset({Intent.COMPLAINT, Intent.QUESTION})
# Enough for any exchange with a customer; a thread of the brand's own with more keeps the first and the last.
MOST_OWN_POSTS = 200


@dataclass(frozen=True, slots=True)
class Thread:
    """One conversation. ``own_posts`` are the times of the brand's posts, ``answered`` the ids of what they reply to.

    ``joined`` names the thread whose case this one belongs to, where it is not its own.
    ``version`` counts the changes, so that two who read the same state cannot both write.
    """

    key: str
    version: int = 0
    own_posts: tuple[datetime, ...] = ()
    answered: tuple[str, ...] = ()
    joined: str | None = None
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A thread after a mention was folded in, and the log entries of what that changed."""

    thread: Thread
    entries: tuple[Entry, ...] = ()


def owes_answer(mention: Mention, judgement: Judgement, brands: frozenset[str]) -> bool:
    """Whether the brand owes the author an answer, or thanks.

    Whoever speaks to the brand is owed one whatever the words were taken for, and so is whoever wrote what nothing
    here can read; of those who only speak about it, who complains, asks, praises, or jokes so that an answer would be
    a gift.
    """
    if mention.own or mention.is_repost:
        return False
    return judgement.intent is not Intent.OTHER or judgement.is_unclassified or mention.addresses(brands)


def hear(
    thread: Thread,
    mention: Mention,
    judgement: Judgement,
    *,
    now: datetime,
    brands: frozenset[str],
    ladder_for: LadderFor,
    author_since: datetime | None = None,
) -> Heard:
    """Fold a post of a customer or of the brand itself into its thread.

    ``author_since`` is when the author first wrote in this conversation, where that was before this mention: who
    says at length what at first sounded harmless has been waiting since the beginning.
    """
    if mention.own:
        return _hear_own(thread, mention, now)
    # Whom the brand answered was owed an answer, whatever the words were taken for.
    owed = owes_answer(mention, judgement, brands) or mention.id in thread.answered
    if thread.case is None:
        if not owed:
            return Heard(thread)
        case = _open(mention, judgement, author_since)
        waited = int((now - mention.created_at).total_seconds())
        entries = [
            Entry(now, "earshot", "opened", f"{case.intent}, {case.severity}, heard {waited} s after it was posted")
        ]
    else:
        case = _join(thread.case, mention, judgement, owed, author_since)
        entries = []
    case, more = _settle(case, thread.own_posts, now, mention.brand)
    case, again = _ask_again(case, thread, mention, judgement, now, ladder_for)
    case, alarm = _sound(case, mention, owed, now, ladder_for)
    return Heard(replace(thread, case=case), (*entries, *more, *again, *alarm))


def spread(thread: Thread, followers: int) -> Thread:
    """Somebody reposted what the thread's case is about: more people are listening."""
    if thread.case is None:
        return thread
    case = replace(thread.case, reposts=thread.case.reposts + 1, reach=thread.case.reach + followers)
    return replace(thread, case=case)


def absorb(thread: Thread, joined: Thread, now: datetime, handle: str) -> Heard:
    """Take over the brand's posts of a conversation that joined the case of ``thread``."""
    if thread.case is None or not joined.own_posts:
        return Heard(thread)
    own_posts = _with_own_posts(thread.own_posts, joined.own_posts)
    case, entries = _settle(thread.case, own_posts, now, thread.case.brand)
    return Heard(replace(thread, own_posts=own_posts, case=case), entries)


def _hear_own(thread: Thread, mention: Mention, now: datetime) -> Heard:
    thread = replace(thread, own_posts=_with_own_posts(thread.own_posts, (mention.created_at,)))
    if mention.in_reply_to_id and mention.in_reply_to_id not in thread.answered:
        thread = replace(thread, answered=(*thread.answered, mention.in_reply_to_id)[-MOST_OWN_POSTS:])
    if thread.case is None:
        return Heard(thread)
    case, entries = _settle(thread.case, thread.own_posts, now, mention.author.handle or mention.brand)
    return Heard(replace(thread, case=case), entries)


def _with_own_posts(old: tuple[datetime, ...], new: tuple[datetime, ...]) -> tuple[datetime, ...]:
    merged = tuple(sorted({*old, *new}))
    if len(merged) <= MOST_OWN_POSTS:
        return merged
    return merged[: MOST_OWN_POSTS // 2] + merged[-MOST_OWN_POSTS // 2 :]


def _open(mention: Mention, judgement: Judgement, author_since: datetime | None) -> Case:
    return Case(
        id=f"{mention.source}-{mention.conversation_id}",
        brand=mention.brand,
        source=mention.source,
        conversation_id=mention.conversation_id,
        conversations=(mention.thread,),
        author=mention.author,
        opened_at=_since(mention, author_since),
        owed_id=mention.id,
        owed_at=mention.created_at,
        intent=judgement.intent,
        urgency=judgement.urgency,
        severity=judgement.severity,
        reasons=judgement.reasons,
        headline_id=mention.id,
        headline_at=mention.created_at,
        text=mention.text,
        link=mention.link,
        language=judgement.language,
        reach=mention.author.followers or 0,
        last_asked_at=mention.created_at if judgement.intent in ASKING else None,
        quiet=mention.baseline,
    )


def _since(mention: Mention, author_since: datetime | None) -> datetime:
    return min(mention.created_at, author_since or mention.created_at)


def _join(case: Case, mention: Mention, judgement: Judgement, owed: bool, author_since: datetime | None) -> Case:
    quiet = case.quiet and mention.baseline
    case = replace(case, quiet=quiet, intent=min(case.intent, judgement.intent, key=lambda intent: intent.precedence))
    if mention.thread not in case.conversations:
        case = replace(case, conversations=(*case.conversations, mention.thread))
    if judgement.intent in ASKING:
        case = replace(case, last_asked_at=max(mention.created_at, case.last_asked_at or mention.created_at))
    if owed and (mention.created_at, mention.id) < (case.owed_at, case.owed_id):
        case = replace(
            case,
            opened_at=_since(mention, author_since),
            owed_id=mention.id,
            owed_at=mention.created_at,
            author=mention.author,
            brand=mention.brand,
            reach=case.reach - (case.author.followers or 0) + (mention.author.followers or 0),
        )
    elif mention.author.id == case.author.id and mention.created_at < case.opened_at:
        case = replace(case, opened_at=mention.created_at)
    if owed and (-judgement.urgency, mention.created_at, mention.id) < (
        -case.urgency,
        case.headline_at,
        case.headline_id,
    ):
        case = replace(
            case,
            urgency=judgement.urgency,
            severity=judgement.severity,
            reasons=judgement.reasons,
            headline_id=mention.id,
            headline_at=mention.created_at,
            text=mention.text,
            link=mention.link,
            language=judgement.language,
        )
    return case


def _settle(case: Case, own_posts: tuple[datetime, ...], now: datetime, handle: str) -> tuple[Case, tuple[Entry, ...]]:
    """What the brand's own posts make of a case: the first response, and whether an answer is still owed."""
    case = replace(case, first_response_at=min((at for at in own_posts if at >= case.opened_at), default=None))
    answered = case.answered(now, own_posts[-1], handle) if own_posts else None
    return (case, ()) if answered is None else (answered[0], (answered[1],))


def _ask_again(
    case: Case, thread: Thread, mention: Mention, judgement: Judgement, now: datetime, ladder_for: LadderFor
) -> tuple[Case, tuple[Entry, ...]]:
    """A customer who asks again after the answer is waiting again; one who comes back after the end alerts at once."""
    if case.status is Status.REPLIED and all(case.asked_at > at for at in thread.own_posts):
        case, entry = case.asked_again(now)
        # Whoever answered is in the conversation: they have the whole target before anybody is alerted.
        return case.start_ladder(ladder_for(case.severity), max(now, case.due_at)), (entry,)
    came_back = judgement.intent in ASKING and case.resolved_at is not None and mention.created_at > case.resolved_at
    if case.status is Status.RESOLVED and came_back:
        case, entry = case.asked_again(now)
        return case, (entry,)
    return case, ()


def _sound(
    case: Case, mention: Mention, owed: bool, now: datetime, ladder_for: LadderFor
) -> tuple[Case, tuple[Entry, ...]]:
    """Begin the ladder of a case that deserves one and has none. History alerts nobody."""
    if (
        not owed
        or mention.baseline
        or case.status is not Status.OPEN
        or case.ladder
        or case.alerting is not Alerting.OFF
    ):
        return case, ()
    climbed = case.start_ladder(ladder_for(case.severity), now).climb(now)
    return (case, ()) if climbed is None else (climbed[0], (climbed[1],))
