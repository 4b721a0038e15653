"""A backtest as a person reads it in a terminal."""

from collections.abc import Iterator, Mapping
from textwrap import wrap

from infra.evaluation.backtest.backtest import Backtest, PostComparison, TriageChange
from infra.terminal import COLUMNS, fitted, plain

SHOWN = 20
"""Posts of each change that are shown."""

_INDENT = "  "
_HEADINGS = {TriageChange.PAGES_NEWLY: "Would page newly", TriageChange.PAGES_NO_LONGER: "Would page no longer"}


def as_text(result: Backtest) -> str:
    """The figures, and the posts that page newly or no longer, none wider than ``COLUMNS``."""
    return "\n".join([*_figures(result), *(line for change in _HEADINGS for line in _changed(result, change))])


def _figures(result: Backtest) -> Iterator[str]:
    posts = result.posts
    counts = {change: len(result.changed(change)) for change in TriageChange}
    compared = _counted(len(posts), "post")
    if result.left_out:
        compared += f"; {result.left_out:,} left out that {' and '.join(result.lacking)} did not judge"
    pages = sum(post.old.pages for post in posts), sum(post.new.pages for post in posts)
    lines = [
        ("Compared", compared),
        ("  old", result.old),
        ("  new", result.new),
        ("Would page", f"{pages[0]:,} -> {pages[1]:,}"),
        ("  newly", f"{counts[TriageChange.PAGES_NEWLY]:,}"),
        ("  no longer", f"{counts[TriageChange.PAGES_NO_LONGER]:,}"),
        ("Otherwise", f"{_counted(counts[TriageChange.OTHERWISE], 'more post')} with another intent or severity"),
    ]
    width = max(len(name) for name, _ in lines) + 2
    for name, value in lines:
        yield from _wrapped(f"{name:<{width}}", value)


def _changed(result: Backtest, change: TriageChange) -> Iterator[str]:
    posts = result.changed(change)
    if not posts:
        return
    yield ""
    yield f"{_HEADINGS[change]}:"
    for post in posts[:SHOWN]:
        yield from _post(post)
    if len(posts) > SHOWN:
        yield f"{_INDENT}... and {len(posts) - SHOWN:,} more: --out FILE writes them all"


def _post(post: PostComparison) -> Iterator[str]:
    old, new = post.old, post.new
    turns = [f"urgency {old.urgency} -> {new.urgency}", f"{old.severity} -> {new.severity}"]
    if old.intent != new.intent:
        turns.append(f"{old.intent} -> {new.intent}")
    yield from _wrapped(_INDENT, f"{post.mention.id}: {', '.join(turns)}")
    yield f"{2 * _INDENT}{fitted(post.mention.text, COLUMNS - 2 * len(_INDENT))}"
    before, after = old.points, new.points
    came = {rule: points for rule, points in after.items() if rule not in before}
    went = {rule: points for rule, points in before.items() if rule not in after}
    other = [rule for rule, points in after.items() if rule in before and points != before[rule]]
    lists = {
        "came": _rules(came),
        "went": _rules(went),
        "changed": [f"{rule} {_signed(before[rule])} -> {_signed(after[rule])}" for rule in other],
    }
    for name, rules in lists.items():
        if rules:
            yield from _wrapped(f"{2 * _INDENT}{name:<8} ", ", ".join(rules))


def _rules(points: Mapping[str, int]) -> list[str]:
    """The weightiest first."""
    return [f"{rule} {_signed(points[rule])}" for rule in sorted(points, key=lambda rule: -abs(points[rule]))]


def _signed(points: int) -> str:
    return f"{points:+d}" if points else "0"


def _wrapped(start: str, text: str) -> list[str]:
    """``text`` after ``start``, and below itself where the line ends."""
    return wrap(plain(text), COLUMNS, initial_indent=start, subsequent_indent=" " * len(start)) or [start.rstrip()]


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
