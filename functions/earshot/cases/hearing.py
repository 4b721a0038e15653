"""Hearing a mention: folding it into its thread.

Posts arrive in any order and some arrive late, so whatever follows from the posts alone (when the case opened, who
opened it, how urgent it is, when it was answered) comes out the same in every order.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from earshot.cases.case.case import Case
from earshot.cases.case.ladder import Alerting, Step
from earshot.cases.case.log import LogEntry
from earshot.cases.case.recovery import CustomerOpinion
from earshot.cases.case.status import Status
from earshot.cases.policy import DEFAULT_POLICY, Policy
from earshot.cases.recovery import counts, word_of
from earshot.cases.thread import Heard, Thread, hear_own, settle
from earshot.mentions.mention import Mention
from earshot.triage.judgement import Intent, Judgement, Severity
from earshot.triage.terms import NO_TERMS, Terms

LadderFor = Callable[[Severity], tuple[Step, ...]]
ASKING = frozenset({Intent.COMPLAINT, Intent.QUESTION})


@dataclass(frozen=True, slots=True)
class Said:
    """What the author of a mention has said beside it, as far as it can matter.

    ``since`` is when they first wrote in this conversation, where that was before the mention: who says at length what
    at first sounded harmless has been waiting since the beginning. ``complained_at`` is their first complaint in it,
    where the case may become theirs; ``last_word`` their last praise or complaint anywhere; ``complaints`` how many
    cases their complaints have opened elsewhere.
    """

    since: datetime | None = None
    complained_at: datetime | None = None
    last_word: CustomerOpinion | None = None
    complaints: int = 0


NOTHING = Said()


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
    said: Said = NOTHING,
    terms: Terms = NO_TERMS,
    policy: Policy = DEFAULT_POLICY,
) -> Heard:
    """Fold a post of a customer, who ``said`` more, or of the brand itself into its thread."""
    if mention.own:
        return hear_own(thread, mention, now)
    # Whom the brand answered was owed an answer, whatever the words were taken for.
    owed = owes_answer(mention, judgement, brands) or mention.id in thread.answered
    if thread.case is None:
        if not owed:
            return Heard(thread)
        case = _open(mention, judgement, said.since, policy)
        waited = int((now - mention.created_at).total_seconds())
        entries = [
            LogEntry(now, "earshot", "opened", f"{case.assessment.intent}, {case.assessment.severity}, heard {waited} s after it was posted")
        ]
    else:
        joined = _join(thread.case, mention, judgement, owed, said.since).weigh_spread(terms)
        case = _retargeted(joined, thread.case, policy)
        entries = []
    case = _with_word(case, thread.case, mention, judgement, said)
    case, more = settle(case, thread.own_posts, now, mention.brand)
    case, again = _ask_again(case, thread, mention, judgement, now, ladder_for, policy)
    case, alarm = _sound(case, mention, owed, now, ladder_for)
    return Heard(replace(thread, case=case), (*entries, *more, *again, *alarm))


def hear_repost(
    thread: Thread,
    original: Mention,
    repost: Mention,
    *,
    now: datetime,
    ladder_for: LadderFor,
    terms: Terms = NO_TERMS,
    policy: Policy = DEFAULT_POLICY,
) -> Heard:
    """Somebody passed ``original`` on: the case that it belongs to is heard by more people, and may rise."""
    if thread.case is None:
        return Heard(thread)
    before = thread.case.assessment.severity
    wider = thread.case.spread(repost.author.followers or 0, repost.created_at - original.created_at, terms)
    case = _retargeted(wider, thread.case, policy)
    entries: tuple[LogEntry, ...] = ()
    if case.assessment.severity is not before:
        why = f"passed on {case.spread.reposts:,} times: {case.assessment.severity} from here on"
        case, alarm = _sound(case, repost, True, now, ladder_for)
        entries = (LogEntry(now, "earshot", "rose", why), *alarm)
    return Heard(replace(thread, case=case), entries)


def _open(mention: Mention, judgement: Judgement, author_since: datetime | None, policy: Policy) -> Case:
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
        reach=mention.author.followers or 0,
        last_asked_at=mention.created_at if judgement.intent in ASKING else None,
        quiet=mention.baseline,
        target=policy.target(judgement.intent, judgement.severity),
        **_headline(mention, judgement),
    )


def _join(case: Case, mention: Mention, judgement: Judgement, owed: bool, author_since: datetime | None) -> Case:
    quiet = case.is_history and mention.baseline
    case = replace(case, quiet=quiet, intent=min(case.assessment.intent, judgement.intent, key=lambda intent: intent.precedence))
    if mention.thread not in case.conversations:
        case = replace(case, conversations=(*case.conversations, mention.thread))
    if judgement.intent in ASKING:
        case = replace(case, last_asked_at=max(mention.created_at, case.response.last_asked_at or mention.created_at))
    if owed and (mention.created_at, mention.id) < (case.response.owed_at, case.response.owed_id):
        case = replace(
            case,
            opened_at=_since(mention, author_since),
            owed_id=mention.id,
            owed_at=mention.created_at,
            author=mention.author,
            brand=mention.brand,
            reach=case.spread.reach - (case.author.followers or 0) + (mention.author.followers or 0),
        )
    elif mention.author.id == case.author.id and mention.created_at < case.opened_at:
        case = replace(case, opened_at=mention.created_at)
    if owed and (-judgement.urgency, mention.created_at, mention.id) < (
        -case.assessment.headline_urgency,
        case.headline.at,
        case.headline.id,
    ):
        case = replace(case, **_headline(mention, judgement))
    return case


def _with_word(case: Case, before: Case | None, mention: Mention, judgement: Judgement, said: Said) -> Case:
    """The case with what its author complained of and said last; with another author it is about that one's words."""
    if mention.author.id != case.author.id:
        return case
    complained = [said.complained_at, mention.created_at if judgement.intent is Intent.COMPLAINT else None]
    words = [said.last_word, word_of(mention, judgement)]
    if before is not None and before.author.id == case.author.id:
        complained.append(before.recovery.complained_at)
        words.append(before.recovery.last_opinion)
    praised_before = case.recovery.earlier_complaints
    if judgement.intent is Intent.PRAISE:
        praised_before = max(praised_before, said.complaints)
    return replace(
        case,
        complained_at=min((at for at in complained if at is not None), default=None),
        last_word=last(*(word for word in words if word is not None and counts(word, case.opened_at))),
        complained_before=praised_before,
    )


def _since(mention: Mention, author_since: datetime | None) -> datetime:
    return min(mention.created_at, author_since or mention.created_at)


def _headline(mention: Mention, judgement: Judgement) -> dict[str, Any]:
    """What a case says of its most urgent mention."""
    return {
        "urgency": judgement.urgency,
        "severity": judgement.severity,
        "reasons": judgement.reasons,
        "headline_reasons": (),
        "judged": None,
        "corrected_by": None,
        "confirmed_by": None,
        "headline_id": mention.id,
        "headline_at": mention.created_at,
        "text": mention.text,
        "link": mention.link,
        "language": judgement.language,
    }


def _retargeted(case: Case, before: Case, policy: Policy) -> Case:
    """The case with the target of what it has become, where it has become something else."""
    if (case.assessment.intent, case.assessment.severity) == (before.assessment.intent, before.assessment.severity):
        return case
    return replace(case, target=policy.target(case.assessment.intent, case.assessment.severity))


def _ask_again(
    case: Case,
    thread: Thread,
    mention: Mention,
    judgement: Judgement,
    now: datetime,
    ladder_for: LadderFor,
    policy: Policy,
) -> tuple[Case, tuple[LogEntry, ...]]:
    """A customer who asks again after the answer is waiting again; one who comes back after the end alerts at once."""
    if case.status is Status.REPLIED and all(case.response.asked_at > at for at in thread.own_posts):
        case, entry = _waiting_again(case, now, policy)
        # Whoever answered is in the conversation: they have the whole target before anybody is alerted.
        return case.start_ladder(ladder_for(case.assessment.severity), max(now, case.response.due_at)), (entry,)
    came_back = judgement.intent in ASKING and case.resolution.at is not None and mention.created_at > case.resolution.at
    if case.status is Status.RESOLVED and came_back:
        case, entry = _waiting_again(case, now, policy)
        return case, (entry,)
    return case, ()


def _waiting_again(case: Case, now: datetime, policy: Policy) -> tuple[Case, LogEntry]:
    waiting, entry = case.mark_asked_again(now)
    return replace(waiting, target=policy.target(case.assessment.intent, case.assessment.severity)), entry


def _sound(
    case: Case, mention: Mention, owed: bool, now: datetime, ladder_for: LadderFor
) -> tuple[Case, tuple[LogEntry, ...]]:
    """Begin the ladder of a case that deserves one and has none. History alerts nobody."""
    if (
        not owed
        or mention.baseline
        or case.status is not Status.OPEN
        or case.ladder.steps
        or case.ladder.alerting is not Alerting.OFF
    ):
        return case, ()
    climbed = case.start_ladder(ladder_for(case.assessment.severity), now).climb(now)
    return (case, ()) if climbed is None else (climbed[0], (climbed[1],))
