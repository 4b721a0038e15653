"""The colleagues whom a note mentions: who of them is told, who cannot be, and which words are nobody's name."""

from dataclasses import dataclass

from earshot.api.dependencies import Dependencies
from earshot.api.people.colleagues import channel_of
from earshot.cases.case.case import Case
from earshot.cases.holders.note import MOST_MENTIONED, mentioned_in
from earshot.cases.holders.notice import NoticeReason


@dataclass(frozen=True, slots=True)
class Mentioned:
    """``tell`` are the names under which colleagues are told; the others are for whoever wrote the note."""

    tell: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
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
    persons = [one.person for one in colleagues if one.person is not None]
    reached = {one.person.id: one for one in admin.reachability(persons, deps.clock())} if persons else {}
    can = [one for one in colleagues if channel_of(reached.get(one.id), NoticeReason.MENTIONED) is not None]
    told = can[:MOST_MENTIONED]
    return Mentioned(
        tuple(one.signs_as for one in told),
        tuple(one.name for one in told),
        tuple(one.name for one in colleagues if one not in told),
        tuple(word for word, one in found.items() if one is None and word.casefold() not in strangers),
    )
