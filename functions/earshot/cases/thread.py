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
    """One conversation. ``joined`` names the thread whose case this one belongs to, where it is not its own.

    ``version`` counts the changes, so that two who read the same state cannot both write.
    """

    key: str
    version: int = 0
    own_posts: tuple[datetime, ...] = ()
    joined: str | None = None
    case: Case | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A thread after a mention was folded in, and the log entries of what that changed."""

    thread: Thread
    entries: tuple[Entry, ...] = ()


def owes_answer(mention: Mention, judgement: Judgement, brands: frozenset[str]) -> bool:
    """Whether the brand owes the author an answer, or thanks.

    Whoever speaks to the brand is owed one whatever the words were taken for; of those who only speak about it,
    who complains, asks, praises, or jokes so that an answer would be a gift.
    """
    if mention.own or mention.is_repost:
        return False
    return judgement.intent is not Intent.OTHER or mention.addresses(brands)


def hear(
    thread: Thread,
    mention: Mention,
    judgement: Judgement,
    *,
    now: datetime,
    brands: frozenset[str],
    ladder_for: LadderFor,
) -> Heard:
    """Fold a post of a customer or of the brand itself into its thread."""
    if mention.own:
        return _hear_own(thread, mention, now)
    owed = owes_answer(mention, judgement, brands)
    if thread.case is None:
        if not owed:
            return Heard(thread)
        case = _open(mention, judgement)
        waited = int((now - mention.created_at).total_seconds())
        entries = [
            Entry(now, "earshot", "opened", f"{case.intent}, {case.severity}, heard {waited} s after it was posted")
        ]
    else:
        case = _join(thread.case, mention, judgement, owed)
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
    own_posts = _with_own_posts(thread.own_posts, (mention.created_at,))
    if thread.case is None:
        return Heard(replace(thread, own_posts=own_posts))
    case, entries = _settle(thread.case, own_posts, now, mention.author.handle or mention.brand)
    return Heard(replace(thread, own_posts=own_posts, case=case), entries)


def _with_own_posts(old: tuple[datetime, ...], new: tuple[datetime, ...]) -> tuple[datetime, ...]:
    merged = tuple(sorted({*old, *new}))
    if len(merged) <= MOST_OWN_POSTS:
        return merged
    return merged[: MOST_OWN_POSTS // 2] + merged[-MOST_OWN_POSTS // 2 :]


def _open(mention: Mention, judgement: Judgement) -> Case:
    return Case(
        id=f"{mention.source}-{mention.conversation_id}",
        brand=mention.brand,
        source=mention.source,
        conversation_id=mention.conversation_id,
        conversations=(mention.thread,),
        author=mention.author,
        mention_id=mention.id,
        opened_at=mention.created_at,
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


def _join(case: Case, mention: Mention, judgement: Judgement, owed: bool) -> Case:
    quiet = case.quiet and mention.baseline
    case = replace(case, quiet=quiet, intent=min(case.intent, judgement.intent, key=lambda intent: intent.precedence))
    if mention.thread not in case.conversations:
        case = replace(case, conversations=(*case.conversations, mention.thread))
    if judgement.intent in ASKING:
        case = replace(case, last_asked_at=max(mention.created_at, case.last_asked_at or mention.created_at))
    if owed and (mention.created_at, mention.id) < (case.opened_at, case.mention_id):
        reach = case.reach - (case.author.followers or 0) + (mention.author.followers or 0)
        case = replace(
            case,
            opened_at=mention.created_at,
            mention_id=mention.id,
            author=mention.author,
            brand=mention.brand,
            reach=reach,
        )
    if (-judgement.urgency, mention.created_at, mention.id) < (-case.urgency, case.headline_at, case.headline_id):
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
    if judgement.intent not in ASKING:
        return case, ()
    if case.status is Status.REPLIED and all(mention.created_at > at for at in thread.own_posts):
        case, entry = case.asked_again(now)
        # Whoever answered is in the conversation: they have the whole target before anybody is alerted.
        return case.start_ladder(ladder_for(case.severity), max(now, case.due_at)), (entry,)
    if case.status is Status.RESOLVED and case.resolved_at is not None and mention.created_at > case.resolved_at:
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
