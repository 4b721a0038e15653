"""Stored posts judged again by the rules of this release, with what is stored of each: sentiment, language, history."""

from collections.abc import Sequence

from earshot.cases.stored_mention import StoredMention
from earshot.triage.context import History
from earshot.triage.judge import judge_mention
from earshot.triage.judgement import Judgement, Reason
from earshot.triage.learned.apply import is_decreed
from earshot.triage.terms.terms import Terms
from earshot.triage.tokenizer import tokenize

_EARLIER, _WAITING, _ANSWERED = "history.earlier", "history.waiting", "history.answered"
_POINTS_OF_ONE = 5


def judged_again(stored: StoredMention, terms: Terms) -> Judgement:
    """The judgement of a stored post under other terms, as of the moment at which it was judged."""
    before = stored.judgement
    return judge_mention(
        stored.mention,
        sentiment=before.sentiment,
        language=before.language,
        terms=terms,
        now=stored.ingested_at,
        history=_history(before.reasons),
    )


def can_change(stored: StoredMention, terms: Terms) -> bool:
    """Whether an adjustment may change a post: it is a customer's, can be judged, and names no danger."""
    mention, language = stored.mention, stored.judgement.language
    if mention.own or mention.is_repost or stored.judgement.is_unclassified:
        return False
    return not is_decreed(tokenize(mention.text, language, terms), language, terms)


def _history(reasons: Sequence[Reason]) -> History:
    """What was known of the author: nothing where the reasons do not say."""
    points = {reason.rule: reason.points for reason in reasons}
    return History(
        complaints=points.get(_EARLIER, 0) // _POINTS_OF_ONE, waiting=_WAITING in points, answered=_ANSWERED in points
    )
