"""The colleagues whom a note mentions: who of them is told, who cannot be, and which words are nobody's name."""

from collections.abc import Sequence
from dataclasses import dataclass

from earshot.alerting.roster.people import Colleague
from earshot.api.dependencies import Dependencies
from earshot.api.people.colleagues import channel_of
from earshot.cases.case.case import Case
from earshot.cases.holders.note import MOST_MENTIONED, mentioned_in
from earshot.cases.holders.notice import NoticeReason


@dataclass(frozen=True, slots=True)
class Mentioned:
    """``tell`` are the names under which colleagues are told; the others are for whoever wrote the note.

    Where SNS does not say how people are reached, all who are on the roster are ``pending``: they are told once it can.
    """

    tell: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    not_told: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


NOBODY_MENTIONED = Mentioned()


def mentions_of(text: str, deps: Dependencies, case: Case, me: str) -> Mentioned:
    """Whom a note on ``case`` by ``me`` mentions. The handles of its customer and of the brand are nobody's names."""
    words = mentioned_in(text)
    if not words:
        return NOBODY_MENTIONED
    admin = deps.roster_admin
    people, strangers = deps.people_of(admin.roster()), {case.brand.casefold(), (case.author.handle or "").casefold()}
    found = {word: people.find(word) for word in words}
    colleagues = tuple(
        {one.id: one for one in found.values() if one is not None and me.casefold() not in one.names}.values()
    )
    can, is_known = _reachable(colleagues, deps)
    tell = can[:MOST_MENTIONED]
    names = tuple(one.name for one in tell)
    return Mentioned(
        tell=tuple(one.signs_as for one in tell),
        told=names if is_known else (),
        pending=() if is_known else names,
        not_told=tuple(one.name for one in colleagues if one not in tell),
        unknown=tuple(word for word, one in found.items() if one is None and word.casefold() not in strangers),
    )


def _reachable(colleagues: Sequence[Colleague], deps: Dependencies) -> tuple[list[Colleague], bool]:
    """Who of them is reached on a channel; with False who may be, where that cannot be read now."""
    on_roster = [one for one in colleagues if one.person is not None]
    if not on_roster:
        return [], True
    found = deps.reachability([one.person for one in on_roster if one.person is not None])
    if found is None:
        return on_roster, False
    reached = {one.person.id: one for one in found}
    return [one for one in on_roster if channel_of(reached.get(one.id), NoticeReason.MENTIONED) is not None], True
