"""Share of voice: which competitors the customers of a period name when they write to the brand, and in which tone.

Earshot hears posts to and about the brand, and none that name a competitor alone: it is a share of the brand's cases.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from earshot.cases.case.case import Case
from earshot.triage.judgement import Intent
from earshot.triage.normalizer.normalizer import readable
from earshot.triage.terms.terms import phrase_pattern


@dataclass(frozen=True, slots=True)
class CompetitorFigures:
    """The cases in whose posts a competitor is named, as the terms write it; ``share`` is of all cases, 0 to 1.

    Of these so many complain about the brand, praise it, or are an opportunity: their author might come over.
    """

    competitor: str
    cases: int
    share: float
    complaints: int
    praise: int
    opportunities: int


def competitors_in(terms: str) -> tuple[str, ...]:
    """The competitors of a terms file; none where it cannot be read. The other terms are not looked at."""
    try:
        named: Any = tomllib.loads(terms).get("competitors", [])
    except (ValueError, RecursionError):
        return ()
    names = cast("list[object]", named) if isinstance(named, list) else []
    return tuple(name for name in names if isinstance(name, str))


def share_of_voice(cases: Sequence[Case], competitors: Iterable[str]) -> tuple[CompetitorFigures, ...]:
    """Figures of each competitor that is named, the one that most cases name first."""
    names = tuple(dict.fromkeys(competitors))
    if not names or not cases:
        return ()
    anybody = phrase_pattern(names)
    told = ((case, _said(case)) for case in cases)
    naming = [(case, said) for case, said in told if anybody.search(said)]
    found = [_figures(name, naming, len(cases)) for name in names]
    return tuple(sorted((one for one in found if one.cases), key=lambda one: (-one.cases, one.competitor)))


def _figures(name: str, naming: Iterable[tuple[Case, str]], of: int) -> CompetitorFigures:
    pattern = phrase_pattern((name,))
    intents = [case.assessment.intent for case, said in naming if pattern.search(said)]
    count = intents.count
    share = round(len(intents) / of, 4)
    tone = count(Intent.COMPLAINT), count(Intent.PRAISE), count(Intent.OPPORTUNITY)
    return CompetitorFigures(name, len(intents), share, *tone)


def _said(case: Case) -> str:
    return readable("\n".join((case.posts.headline.text, *(post.text for post in case.posts.other_posts))))
