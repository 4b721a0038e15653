"""``earshot backtest``: who would be paged for recorded posts with other terms, or by another release."""

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
    """How two results for a post differ."""

    PAGES_NEWLY = "pages_newly"
    PAGES_NO_LONGER = "pages_no_longer"
    OTHERWISE = "otherwise"
    """Another intent or severity; the same people are paged."""


@dataclass(frozen=True, slots=True)
class PostComparison:
    """A post, and the result of each side."""

    mention: Mention
    old: TriageResult
    new: TriageResult

    @property
    def change(self) -> TriageChange | None:
        """None where intent and severity are the same; urgency may differ within a severity."""
        if self.old.pages != self.new.pages:
            return TriageChange.PAGES_NEWLY if self.new.pages else TriageChange.PAGES_NO_LONGER
        same = (self.old.intent, self.old.severity) == (self.new.intent, self.new.severity)
        return None if same else TriageChange.OTHERWISE


@dataclass(frozen=True, slots=True)
class Backtest:
    """The posts that both sides have judged, oldest first.

    ``left_out`` counts the others, for which the sides in ``lacking`` have no result.
    """

    old: str
    new: str
    posts: Sequence[PostComparison]
    left_out: int
    lacking: Sequence[str]

    def changed(self, change: TriageChange) -> list[PostComparison]:
        """The posts with this change, the most urgent first, by the urgency of the side that pages."""
        found = [post for post in self.posts if post.change is change]
        return sorted(
            found, key=lambda post: -(post.old if change is TriageChange.PAGES_NO_LONGER else post.new).urgency
        )


def backtest(
    mentions: Sequence[Mention], old: BacktestSide, new: BacktestSide, file: str, progress: Progress = lambda done: None
) -> Backtest:
    """Compare the results of two sides for the posts of ``file``, oldest first; ``progress`` gets the number done.

    RecordingError where there is no post that both have judged.
    """
    posts: list[PostComparison] = []
    lacking: dict[str, None] = {}
    for done, mention in enumerate(mentions, 1):
        before, after = old.result(mention), new.result(mention)
        if before is not None and after is not None:
            posts.append(PostComparison(mention, before, after))
        else:
            lacking.update({side.name: None for side, said in ((old, before), (new, after)) if said is None})
        progress(done)
    if not mentions:
        raise RecordingError(f"{file} has no post that can be used: fix the rows that were left out.")
    if not posts:
        raise RecordingError(
            f"None of the {len(mentions)} posts of {file} is judged in {' and '.join(lacking)}: "
            "use judgements of the same posts, with the same ids."
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


def _fields(result: TriageResult) -> dict[str, Any]:
    return {
        "intent": result.intent,
        "urgency": result.urgency,
        "severity": str(result.severity),
        "reasons": plain(result.reasons),
    }
