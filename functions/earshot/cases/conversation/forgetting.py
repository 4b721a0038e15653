"""What is left of a case whose customer, or whose post, is forgotten: that there was one, and its times."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from earshot.cases.case.case import Case
from earshot.cases.case.log import LogEntry
from earshot.cases.case.posts import OtherPost
from earshot.cases.case.status import Status
from earshot.cases.conversation.conversation import Conversation, Decision
from earshot.mentions.mention import Author
from earshot.triage.judgement import Reason

REMOVED = "[removed on request]"
"""Stands for a text that was removed."""
ON_REQUEST = "removed on request"
"""Why a text was removed where somebody asked for it, as logs say it."""


def forget_customer(conversation: Conversation, by: str, at: datetime, why: str = ON_REQUEST) -> Decision:
    """The case without who the customer is and what they said; None where nothing of it is left.

    It is resolved, for nobody can answer it: its clock stops, and it alerts nobody. It counts in reports and incidents
    as before.
    """
    case = conversation.case
    if case is None:
        return None
    is_nameless = case.author == Author(case.author.id)
    if case.posts.headline.text == REMOVED and is_nameless and not case.posts.other_posts:
        return None
    nobody = replace(_without_headline(case, other_posts=()), author=Author(case.author.id))
    return _forget(conversation, nobody, by, at, why, ends=True)


def forget_post(
    conversation: Conversation, post_id: str, by: str, at: datetime, *, is_only: bool, why: str = ON_REQUEST
) -> Decision:
    """The case without what its customer said in a post; None where it shows none of that.

    ``is_only``: the customer said nothing else, and so nothing is owed any more.
    """
    case = conversation.case
    if case is None:
        return None
    kept = tuple(post for post in case.posts.other_posts if post.id != post_id)
    if case.posts.headline.id == post_id and case.posts.headline.text != REMOVED:
        return _forget(conversation, _without_headline(case, other_posts=kept), by, at, why, ends=is_only)
    if kept == case.posts.other_posts:
        return None
    return _forget(conversation, replace(case, posts=replace(case.posts, other_posts=kept)), by, at, why, ends=False)


def _forget(conversation: Conversation, case: Case, by: str, at: datetime, why: str, *, ends: bool) -> Decision:
    entries: list[LogEntry] = []
    if ends and case.status is not Status.RESOLVED:
        case, entry = case.resolve(by, at, f"its post was {why}")
        entries.append(entry)
    # Undoing would bring back what the case was.
    case = replace(case, undoable=None)
    entries.append(LogEntry(at, by, "forgotten", f"what the customer wrote, and who wrote it, was {why}"))
    return replace(conversation, case=case), tuple(entries)


def _without_headline(case: Case, other_posts: tuple[OtherPost, ...]) -> Case:
    assessment = replace(
        case.assessment,
        reasons=without_words(case.assessment.reasons),
        headline_reasons=without_words(case.assessment.headline_reasons),
    )
    headline = replace(case.posts.headline, text=REMOVED, link=None)
    return replace(case, assessment=assessment, posts=replace(case.posts, headline=headline, other_posts=other_posts))


def without_words(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """The reasons as rules and points: their texts may quote the post."""
    return tuple(replace(reason, text="") for reason in reasons)
