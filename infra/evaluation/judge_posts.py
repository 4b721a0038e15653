"""Posts that a person brings, judged by the deployed code: for the commands that classify, evaluate and backtest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from earshot.mentions.mention import names_one_of, speaks_to
from earshot.triage.context import PostContext
from earshot.triage.judge import Explanation, explain
from earshot.triage.judgement import Judgement
from earshot.triage.language.detector import resolve
from earshot.triage.sentiment.measure import Measure, measure_all
from earshot.triage.terms.terms import Terms, normal
from earshot.triage.terms.toml_file import parse_terms
from infra.toml_file import read_toml

if TYPE_CHECKING:
    # What measures loads scikit-learn, which takes a second that only `earshot evaluate` should pay.
    from infra.evaluation.ablation import Judge
    from infra.evaluation.labelled import Labelled


@dataclass(frozen=True, slots=True)
class Post:
    """A post and what is known of its author and its echo; ``language`` is the tag of whoever knows it."""

    id: str
    text: str
    language: str | None = None
    author: str | None = None
    followers: int | None = None
    verified: bool = False
    reposts: int | None = None


def judge_posts(posts: Sequence[Post], terms: Terms, comprehend: Measure | None = None) -> list[Explanation]:
    """Judge posts, in order. Where no brand is named, a post that begins with a handle is taken to speak to it."""
    languages = [resolve(post.text, post.language) for post in posts]
    asked = [(post.text, language) for post, language in zip(posts, languages, strict=True)]
    return [
        explain(
            post.text, language=language, sentiment=sentiment, circumstances=_circumstances(post, terms), terms=terms
        )
        for post, language, sentiment in zip(posts, languages, measure_all(asked, comprehend), strict=True)
    ]


def judge_labelled(terms: Terms) -> "Judge":
    """How ``evaluate`` judges, with rules switched off in turn."""

    def judge(posts: Sequence["Labelled"], disabled: frozenset[str] = frozenset()) -> list[Judgement]:
        asked = [Post(post.id, post.text, post.language, None, post.followers, post.verified) for post in posts]
        switched = replace(terms, disabled_rules=terms.disabled_rules | disabled)
        return [explained.judgement for explained in judge_posts(asked, switched)]

    return judge


def terms_of(brands: Sequence[str], file: Path | None) -> Terms:
    """The terms of a brand with these handles, from its terms file where there is one."""
    return Terms(normal(brands)) if file is None else parse_terms(read_toml(file), brands, str(file))


def checked_terms(file: Path) -> str:
    """The text of a terms file that can be used. TermsError where it cannot."""
    text = read_toml(file)
    parse_terms(text, (), str(file))
    return text


def _circumstances(post: Post, terms: Terms) -> PostContext:
    return PostContext(
        addressed=speaks_to(post.text, terms.handles or None),
        named=names_one_of(post.text, terms.handles or None),
        vip=terms.is_vip(post.author),
        followers=post.followers,
        verified=post.verified,
        reposts=post.reposts,
    )
