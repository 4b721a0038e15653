"""Hearing a mention: folding it into its thread.

Posts arrive in any order and some arrive late, so whatever follows from the posts alone (when the case opened, who
opened it, how urgent it is, when it was answered) comes out the same in every order.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from earshot.cases.case.assessment import Assessment
from earshot.cases.case.case import Case
from earshot.cases.case.headline import Headline, Spread
from earshot.cases.case.key import ConversationKey
from earshot.cases.case.ladder import Alerting, LadderFor
from earshot.cases.case.log import EARSHOT, LogEntry
from earshot.cases.case.recovery import CustomerOpinion, latest
from earshot.cases.case.response import ResponseClock
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation, FoldResult, fold_own_post, settle
from earshot.cases.policy.policy import DEFAULT_POLICY, Policy
from earshot.mentions.mention import Mention
from earshot.triage.judgement import Intent, Judgement
from earshot.triage.terms.terms import NO_TERMS, Terms

ASKING = frozenset({Intent.COMPLAINT, Intent.QUESTION})


@dataclass(frozen=True, slots=True)
class AuthorContext:
    """What the author of a mention has said beside it, as far as it can matter.

    ``since`` is when they first wrote in this conversation, where that was before the mention: who says at length what
    at first sounded harmless has been waiting since the beginning. ``complained_at`` is their first complaint in it,
    where the case may become theirs; ``last_opinion`` is their latest praise or complaint anywhere; ``complaints`` how
    many cases their complaints have opened elsewhere.
    """

    since: datetime | None = None
    complained_at: datetime | None = None
    last_opinion: CustomerOpinion | None = None
    complaints: int = 0


NO_CONTEXT = AuthorContext()


def owes_answer(mention: Mention, judgement: Judgement, brands: frozenset[str]) -> bool:
    """Whether the brand owes the author an answer, or thanks.

    Whoever speaks to the brand is owed one whatever the words were taken for, and so is whoever wrote what nothing
    here can read; of those who only speak about it, who complains, asks, praises, or jokes so that an answer would be
    a gift.
    """
    if mention.own or mention.is_repost:
        return False
    return judgement.intent is not Intent.OTHER or judgement.is_unclassified or mention.addresses(brands)


def fold(
    thread: Conversation,
    mention: Mention,
    judgement: Judgement,
    *,
    now: datetime,
    brands: frozenset[str],
    ladder_for: LadderFor,
    said: AuthorContext = NO_CONTEXT,
    terms: Terms = NO_TERMS,
    policy: Policy = DEFAULT_POLICY,
) -> FoldResult:
    """Fold a post of a customer, who ``said`` more, or of the brand itself into its thread."""
    if mention.own:
        return fold_own_post(thread, mention, now)
    # Whom the brand answered was owed an answer, whatever the words were taken for.
    owed = owes_answer(mention, judgement, brands) or mention.id in thread.answered
    if thread.case is None:
        if not owed:
            return FoldResult(thread)
        case = _open(mention, judgement, said.since, policy)
        waited = int((now - mention.created_at).total_seconds())
        judged = f"{judgement.intent}, {judgement.severity}"
        entries = [LogEntry(now, EARSHOT, "opened", f"{judged}, heard {waited} s after it was posted")]
    else:
        joined = _join(thread.case, mention, judgement, owed, said.since).weigh_spread(terms)
        case = _retargeted(joined, thread.case, policy)
        entries = []
    case = _with_opinion(case, thread.case, mention, judgement, said)
    case, more = settle(case, thread.own_posts, now, mention.brand)
    case, again = _ask_again(case, thread, mention, judgement, now, ladder_for, policy)
    case, alarm = _sound(case, mention, owed, now, ladder_for)
    return FoldResult(replace(thread, case=case), (*entries, *more, *again, *alarm))


def fold_repost(
    thread: Conversation,
    original: Mention,
    repost: Mention,
    *,
    now: datetime,
    ladder_for: LadderFor,
    terms: Terms = NO_TERMS,
    policy: Policy = DEFAULT_POLICY,
) -> FoldResult:
    """Somebody passed ``original`` on: the case that it belongs to is heard by more people, and may rise."""
    if thread.case is None:
        return FoldResult(thread)
    before = thread.case.assessment.severity
    wider = thread.case.add_repost(repost.author.followers or 0, repost.created_at - original.created_at, terms)
    case = _retargeted(wider, thread.case, policy)
    entries: tuple[LogEntry, ...] = ()
    if case.assessment.severity is not before:
        why = f"passed on {case.spread.reposts:,} times: {case.assessment.severity} from here on"
        case, alarm = _sound(case, repost, True, now, ladder_for)
        entries = (LogEntry(now, EARSHOT, "rose", why), *alarm)
    return FoldResult(replace(thread, case=case), entries)


def _open(mention: Mention, judgement: Judgement, author_since: datetime | None, policy: Policy) -> Case:
    return Case(
        key=ConversationKey(mention.source, mention.conversation_id),
        brand=mention.brand,
        author=mention.author,
        response=ResponseClock(
            opened_at=_since(mention, author_since),
            owed_id=mention.id,
            owed_at=mention.created_at,
            target=policy.target(judgement.intent, judgement.severity),
            last_asked_at=mention.created_at if judgement.intent in ASKING else None,
        ),
        assessment=Assessment.of(judgement),
        headline=Headline.of(mention, judgement.language),
        spread=Spread(reach=mention.author.followers or 0),
        conversations=(mention.thread,),
        is_history=mention.baseline,
    )


def _join(case: Case, mention: Mention, judgement: Judgement, owed: bool, author_since: datetime | None) -> Case:
    is_history = case.is_history and mention.baseline
    case = replace(case, is_history=is_history, assessment=case.assessment.add_intent(judgement.intent))
    if mention.thread not in case.conversations:
        case = replace(case, conversations=(*case.conversations, mention.thread))
    if judgement.intent in ASKING:
        case = replace(case, response=case.response.ask(mention.created_at))
    if owed and case.response.is_older(mention.created_at, mention.id):
        case = replace(
            case,
            brand=mention.brand,
            author=mention.author,
            response=case.response.owe(mention.id, mention.created_at, _since(mention, author_since)),
            spread=case.spread.change_author(case.author.followers, mention.author.followers),
        )
    elif mention.author.id == case.author.id and mention.created_at < case.opened_at:
        case = replace(case, response=case.response.open_at(mention.created_at))
    before = (-case.assessment.headline_urgency, case.headline.at, case.headline.id)
    if owed and (-judgement.urgency, mention.created_at, mention.id) < before:
        assessment = replace(Assessment.of(judgement), intent=case.assessment.intent)
        case = replace(case, assessment=assessment, headline=Headline.of(mention, judgement.language))
    return case


def _with_opinion(case: Case, before: Case | None, mention: Mention, judgement: Judgement, said: AuthorContext) -> Case:
    """The case with the complaint and the latest opinion of its author; another author's posts change neither."""
    if mention.author.id != case.author.id:
        return case
    complained = [said.complained_at, mention.created_at if judgement.intent is Intent.COMPLAINT else None]
    opinions = [said.last_opinion, CustomerOpinion.of(mention, judgement)]
    if before is not None and before.author.id == case.author.id:
        complained.append(before.recovery.complained_at)
        opinions.append(before.recovery.last_opinion)
    earlier_complaints = case.recovery.earlier_complaints
    if judgement.intent is Intent.PRAISE:
        earlier_complaints = max(earlier_complaints, said.complaints)
    recovery = replace(
        case.recovery,
        complained_at=min((at for at in complained if at is not None), default=None),
        last_opinion=latest(*(one for one in opinions if one is not None and one.counts_for(case.opened_at))),
        earlier_complaints=earlier_complaints,
    )
    return replace(case, recovery=recovery)


def _since(mention: Mention, author_since: datetime | None) -> datetime:
    return min(mention.created_at, author_since or mention.created_at)


def _retargeted(case: Case, before: Case, policy: Policy) -> Case:
    """The case with the target of what it has become, where it has become something else."""
    if (case.assessment.intent, case.assessment.severity) == (before.assessment.intent, before.assessment.severity):
        return case
    return _with_target(case, policy)


def _ask_again(
    case: Case,
    thread: Conversation,
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
    resolved_at = case.resolution.at
    came_back = judgement.intent in ASKING and resolved_at is not None and mention.created_at > resolved_at
    if case.status is Status.RESOLVED and came_back:
        case, entry = _waiting_again(case, now, policy)
        return case, (entry,)
    return case, ()


def _waiting_again(case: Case, now: datetime, policy: Policy) -> tuple[Case, LogEntry]:
    waiting, entry = case.mark_asked_again(now)
    return _with_target(waiting, policy), entry


def _with_target(case: Case, policy: Policy) -> Case:
    target = policy.target(case.assessment.intent, case.assessment.severity)
    return replace(case, response=case.response.with_target(target))


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
