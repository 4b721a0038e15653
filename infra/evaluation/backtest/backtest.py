"""``earshot backtest``: who would be paged under other terms, or another release, for the same recorded posts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from earshot.cases.store.codec import plain
from earshot.errors import EarshotError
from earshot.mentions.mention import Mention
from infra.evaluation.backtest.sides import BacktestSide, TriageResult
from infra.replay.export import write_lines
from infra.replay.rows import RecordingError

Progress = Callable[[int], None]


class TriageChange(StrEnum):
    """How two verdicts on a post differ."""

    PAGES_NEWLY = "pages_newly"
    PAGES_NO_LONGER = "pages_no_longer"
    OTHERWISE = "otherwise"
    """Another intent or severity, and nobody is paged who was not before."""


@dataclass(frozen=True, slots=True)
class PostComparison:
    """A post, and what each side makes of it."""

    mention: Mention
    old: TriageResult
    new: TriageResult

    @property
    def change(self) -> TriageChange | None:
        """None where both page alike, for the same intent and severity; urgency may differ within a severity."""
        if self.old.pages != self.new.pages:
            return TriageChange.PAGES_NEWLY if self.new.pages else TriageChange.PAGES_NO_LONGER
        same = (self.old.intent, self.old.severity) == (self.new.intent, self.new.severity)
        return None if same else TriageChange.OTHERWISE


@dataclass(frozen=True, slots=True)
class Backtest:
    """The posts that both sides have judged, oldest first, and how many were left out, for ``lacking`` lack them."""

    old: str
    new: str
    posts: Sequence[PostComparison]
    left_out: int
    lacking: Sequence[str]

    def changed(self, change: TriageChange) -> list[PostComparison]:
        """The posts that changed so, the most urgent first: as urgent as they page, or paged."""
        found = [post for post in self.posts if post.change is change]
        return sorted(
            found, key=lambda post: -(post.old if change is TriageChange.PAGES_NO_LONGER else post.new).urgency
        )


def backtest(
    mentions: Sequence[Mention], old: BacktestSide, new: BacktestSide, file: str, progress: Progress = lambda done: None
) -> Backtest:
    """Compare what two sides make of the posts of ``file``, given oldest first; ``progress`` hears how many are done.

    RecordingError where there is no post that both have judged.
    """
    posts: list[PostComparison] = []
    lacking: dict[str, None] = {}
    for done, mention in enumerate(mentions, 1):
        before, after = old.verdict(mention), new.verdict(mention)
        if before is not None and after is not None:
            posts.append(PostComparison(mention, before, after))
        else:
            lacking.update({side.name: None for side, said in ((old, before), (new, after)) if said is None})
        progress(done)
    if not mentions:
        raise RecordingError(f"{file} has no post that can be used: mend the rows that were left out.")
    if not posts:
        raise RecordingError(
            f"None of the {len(mentions)} posts of {file} is judged in {' and '.join(lacking)}: "
            "bring judgements of the same posts, by the same ids."
        )
    return Backtest(old.name, new.name, posts, len(mentions) - len(posts), list(lacking))


def write_changed(out: Path, result: Backtest) -> None:
    """Write each post that changed, oldest first, as a JSON line. EarshotError where ``out`` cannot be written."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_lines(out, _changed(result))
    except OSError as error:
        raise EarshotError(f"{out} cannot be written ({error.strerror}): choose another place for --out.") from None


def _changed(result: Backtest) -> Iterator[dict[str, Any]]:
    for post in result.posts:
        if (change := post.change) is not None:
            yield {
                "id": post.mention.id,
                "source": post.mention.source,
                "text": post.mention.text,
                "change": str(change),
                "old": _fields(post.old),
                "new": _fields(post.new),
            }


def _fields(verdict: TriageResult) -> dict[str, Any]:
    return {
        "intent": verdict.intent,
        "urgency": verdict.urgency,
        "severity": str(verdict.severity),
        "reasons": plain(verdict.reasons),
    }
