"""Folding a customer's post into their conversation with the brand.

Posts arrive in any order, and some arrive late. Whatever follows from the posts alone (when the case opened, how urgent
it is, when it was answered) therefore comes out the same in every order.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from earshot.cases.case.assessment import Assessment
from earshot.cases.case.case import Case
from earshot.cases.case.key import CaseKey
from earshot.cases.case.ladder import Alerting, Ladder
from earshot.cases.case.log import EARSHOT, LogEntry
from earshot.cases.case.posts import Headline, Posts
from earshot.cases.case.recovery import CustomerOpinion, latest
from earshot.cases.case.response import ResponseClock
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation, FoldResult, apply_answers
from earshot.cases.conversation.opening import start_alerting
from earshot.cases.policy.author_bound import AuthorBound, Crowd, blocked_until
from earshot.cases.policy.policy import DEFAULT_POLICY, Policy
from earshot.mentions.mention import Mention
from earshot.triage.judgement import Intent, Judgement
from earshot.triage.terms.terms import NO_TERMS, Terms

ASKING = frozenset({Intent.COMPLAINT, Intent.QUESTION})


@dataclass(frozen=True, slots=True)
class FoldRules:
    """What holds for every mention: ``brands`` are the brand's handles in lower case, without ``@``."""

    brands: frozenset[str]
    terms: Terms = NO_TERMS
    policy: Policy = DEFAULT_POLICY


@dataclass(frozen=True, slots=True)
class AuthorContext:
    """What the author of a mention has posted elsewhere, as far as it can matter.

    ``last_opinion`` is their latest praise or complaint anywhere, and ``earlier_complaints`` counts the cases that
    their complaints have opened in other conversations. ``alerted`` is when cases of theirs began to alert, and
    ``bound`` how many may; None: any number. ``crowd`` is set for a new account where too many of these have alerted.
    """

    last_opinion: CustomerOpinion | None = None
    earlier_complaints: int = 0
    alerted: tuple[datetime, ...] = ()
    bound: AuthorBound | None = None
    crowd: Crowd | None = None

    def blocked_until(self, at: datetime, *more: datetime) -> datetime | None:
        """From when a further case of theirs may alert, if ``more`` began to as well; None: at once."""
        return None if self.bound is None else blocked_until((*self.alerted, *more), self.bound, at)


NO_CONTEXT = AuthorContext()


def owes_answer(mention: Mention, judgement: Judgement, brands: frozenset[str]) -> bool:
    """Whether the brand owes the author an answer, or thanks.

    Everybody who addresses the brand is owed one, whatever their post was judged to be, and so is the author of a post
    that could not be classified. Of those who only mention the brand: who complains, asks, praises, or is an
    opportunity.
    """
    if mention.own or mention.is_repost:
        return False
    return judgement.intent is not Intent.OTHER or judgement.is_unclassified or mention.addresses(brands)


def fold(
    conversation: Conversation,
    mention: Mention,
    judgement: Judgement,
    *,
    now: datetime,
    rules: FoldRules,
    author: AuthorContext = NO_CONTEXT,
) -> FoldResult:
    """Fold a post of the customer into their conversation. ``author`` is what they posted elsewhere.

    The wait counts from their first post in it, even if that sounded harmless.
    """
    conversation = conversation.see_post(mention)
    # A post that the brand answered was owed an answer, whatever it was judged to be.
    is_owed = owes_answer(mention, judgement, rules.brands) or mention.id in conversation.answered_ids
    before, policy = conversation.case, rules.policy
    entries: tuple[LogEntry, ...] = ()
    if before is not None:
        joined = _add_post(before, mention, judgement, is_owed).weigh_spread(rules.terms)
        case = _update_target(joined, before, policy)
    elif is_owed:
        case, opened = _open_case(conversation, mention, judgement, now, policy)
        entries = (opened,)
    else:
        return FoldResult(conversation)
    if case.is_withdrawn and is_owed:
        case, entry = case.mark_asked_again(now)
        entries = (entry,)
    case = _update_opinion(case, before, mention, judgement, author)
    case, answered = apply_answers(case, conversation.answers, now, mention.brand)
    case, reopened = reopen_if_asked_again(case, conversation, mention, judgement, now, policy)
    if case.incident_id is not None and judgement.intent in ASKING and case.ladder.alerting is Alerting.OFF:
        # The incident alerted in its place. Whoever goes on asking alerts again, unless it still does.
        case = replace(case, ladder=Ladder())
    case, alerted = alert_about(case, mention, is_owed, now, policy, author)
    return FoldResult(replace(conversation, case=case), (*entries, *answered, *reopened, *alerted))


def fold_repost(
    conversation: Conversation, original: Mention, repost: Mention, *, now: datetime, rules: FoldRules
) -> FoldResult:
    """Fold in a repost of ``original``: more people see what its case is about, and the case may become more urgent."""
    if conversation.case is None:
        return FoldResult(conversation)
    before = conversation.case
    delay = repost.created_at - original.created_at
    wider = before.add_repost(repost.author.followers or 0, delay, rules.terms)
    case = _update_target(wider, before, rules.policy)
    entries: tuple[LogEntry, ...] = ()
    if case.assessment.severity is not before.assessment.severity:
        why = f"passed on {case.posts.spread.reposts:,} times: {case.assessment.severity} from here on"
        case, alerted = alert_about(case, repost, True, now, rules.policy)
        entries = (LogEntry(now, EARSHOT, "rose", why), *alerted)
    return FoldResult(replace(conversation, case=case), entries)


def alert_for_repost(conversation: Conversation, repost: Mention, *, now: datetime, rules: FoldRules) -> FoldResult:
    """A repost that was folded in as history is news: what it raised alerts, unless the case does already."""
    case = conversation.case
    if case is None or case.incident_id is not None:
        return FoldResult(conversation)
    case, alerted = alert_about(case, repost, True, now, rules.policy)
    return FoldResult(replace(conversation, case=case), alerted)


def _open_case(
    conversation: Conversation, mention: Mention, judgement: Judgement, now: datetime, policy: Policy
) -> tuple[Case, LogEntry]:
    case = Case(
        key=CaseKey.of(mention),
        brand=mention.brand,
        author=mention.author,
        response=ResponseClock(
            opened_at=conversation.first_post_at or mention.created_at,
            owed_id=mention.id,
            owed_at=mention.created_at,
            target=policy.target(judgement.intent, judgement.severity),
            last_asked_at=mention.asked_at if judgement.intent in ASKING else None,
        ),
        assessment=Assessment.of(judgement),
        posts=Posts.of(mention, judgement.language),
    )
    waited = int((now - mention.created_at).total_seconds())
    text = f"{judgement.intent}, {judgement.severity}, heard {waited} s after it was posted"
    return case, LogEntry(now, EARSHOT, "opened", text)


def _add_post(case: Case, mention: Mention, judgement: Judgement, is_owed: bool) -> Case:
    """The case with one more post of its customer, which may take the place of the first one, or of the headline."""
    assessment, posts = case.assessment.add_intent(judgement.intent), case.posts.join(mention)
    response = case.response.open_at(min(case.opened_at, mention.created_at))
    if judgement.intent in ASKING:
        response = response.ask(mention.asked_at)
    if is_owed and response.is_older(mention.created_at, mention.id):
        response = response.owe(mention.id, mention.created_at)
        # How many follow the customer is told as their first post has it.
        spread = posts.spread.change_author(case.author.followers, mention.author.followers)
        posts = replace(posts, spread=spread)
        case = replace(case, author=mention.author)
    if is_owed:
        post, shown = Headline.of(mention, judgement.language), posts.headline
        is_headline = (-judgement.urgency, post.at, post.id) < (-assessment.headline_urgency, shown.at, shown.id)
        if is_headline:
            assessment = replace(Assessment.of(judgement), intent=assessment.intent)
        posts = posts.show(post) if is_headline else posts.add_other(post)
    return replace(case, response=response, assessment=assessment, posts=posts)


def _update_opinion(
    case: Case, before: Case | None, mention: Mention, judgement: Judgement, author: AuthorContext
) -> Case:
    """The case with the first complaint and the latest opinion of its customer."""
    complained = [mention.created_at if judgement.intent is Intent.COMPLAINT else None]
    opinions = [author.last_opinion, CustomerOpinion.of(mention, judgement)]
    if before is not None:
        complained.append(before.recovery.complained_at)
        opinions.append(before.recovery.last_opinion)
    earlier_complaints = case.recovery.earlier_complaints
    if judgement.intent is Intent.PRAISE:
        earlier_complaints = max(earlier_complaints, author.earlier_complaints)
    recovery = replace(
        case.recovery,
        complained_at=min((at for at in complained if at is not None), default=None),
        last_opinion=latest(*(one for one in opinions if one is not None and one.counts_for(case.opened_at))),
        earlier_complaints=earlier_complaints,
    )
    return replace(case, recovery=recovery)


def _update_target(case: Case, before: Case, policy: Policy) -> Case:
    """The case with the target of its present intent and severity, where one of them has changed."""
    if (case.assessment.intent, case.assessment.severity) == (before.assessment.intent, before.assessment.severity):
        return case
    return _with_target(case, policy)


def reopen_if_asked_again(
    case: Case, conversation: Conversation, mention: Mention, judgement: Judgement, now: datetime, policy: Policy
) -> tuple[Case, tuple[LogEntry, ...]]:
    """Reopen a case whose customer asks again, after the answer or after staff resolved it."""
    if case.status is Status.REPLIED and all(case.response.asked_at > at for at in conversation.answers):
        case, entry = _mark_asked_again(case, now, policy)
        # The agent who answered is in the conversation: nobody is alerted before the whole target has passed.
        steps = policy.ladder_for(case.assessment.severity)
        return case.start_ladder(steps, max(now, case.response.due_at)), (entry,)
    resolved_at = case.resolution.at
    came_back = judgement.intent in ASKING and resolved_at is not None and mention.asked_at > resolved_at
    if case.status is Status.RESOLVED and came_back:
        case, entry = _mark_asked_again(case, now, policy)
        return case, (entry,)
    return case, ()


def _mark_asked_again(case: Case, now: datetime, policy: Policy) -> tuple[Case, LogEntry]:
    waiting, entry = case.mark_asked_again(now)
    return _with_target(waiting, policy), entry


def _with_target(case: Case, policy: Policy) -> Case:
    target = policy.target(case.assessment.intent, case.assessment.severity)
    return replace(case, response=case.response.with_target(target))


def alert_about(
    case: Case, mention: Mention, is_owed: bool, now: datetime, policy: Policy, author: AuthorContext = NO_CONTEXT
) -> tuple[Case, tuple[LogEntry, ...]]:
    """Start the ladder for a post that is owed an answer; those from before Earshot began to listen alert nobody.

    Nor does a case of an author of whom too many have alerted: it says so, and may alert with a later post.
    """
    if not is_owed or mention.baseline:
        return case, ()
    begun, alerted = start_alerting(case, now, policy.ladder_for)
    if not alerted:
        return begun, alerted
    if (until := author.blocked_until(now)) is not None:
        return _withhold(case, until, f"cases of {case.author.label}", now, is_crowd=False)
    if (crowd := author.crowd) is not None and crowd.is_told:
        return _withhold(case, crowd.until, "cases of new accounts", now, is_crowd=True)
    until = author.blocked_until(now, now) if crowd is None else crowd.until
    return replace(begun, ladder=replace(begun.ladder, author_bound_until=until, is_crowd=crowd is not None)), alerted


def _withhold(
    case: Case, until: datetime, whose: str, now: datetime, *, is_crowd: bool
) -> tuple[Case, tuple[LogEntry, ...]]:
    text = f"so many {whose} have alerted that no further one does before {until:%H:%M} UTC"
    entries = () if case.ladder.is_withheld else (LogEntry(now, EARSHOT, "not alerted", text),)
    return replace(case, ladder=replace(case.ladder, author_bound_until=until, is_crowd=is_crowd)), entries
