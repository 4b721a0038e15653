"""Hostile texts for a pattern, made from its own grammar."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tests.triage.linear.matcher import ONE_CHARACTER, REPEATS, Nodes, character_test, op

# Characters that a class is tried with, the plainest first.
CANDIDATES = "a1 A'.,!?@#-_\n\"“:/&;<$é\u0301\u0430\u200c" + "".join(map(chr, range(33, 127)))
ALTERNATIVES = 3


@dataclass(frozen=True)
class Shape:
    """A text that grows: ``before``, then ``pumped`` over and over, then ``after``."""

    before: str
    pumped: str
    after: str

    def of(self, length: int) -> str:
        """The text with about so many characters pumped, and a sixth as many times at least."""
        return self.before + self.pumped * max(2, length // 6, length // len(self.pumped)) + self.after


def alternatives(nodes: Nodes) -> Iterator[Nodes]:
    """The pattern once for each of its outermost alternatives: a search tries them in turn, and costs their sum."""
    for at, (code, value) in enumerate(nodes):
        inner = value[3] if code is op.SUBPATTERN and value[0] is None else None
        if inner is not None and len(inner) == 1 and inner[0][0] is op.BRANCH:
            value, code = inner[0][1], op.BRANCH
        if code is op.BRANCH:
            for branch in value[1]:
                yield [*nodes[:at], *branch, *nodes[at + 1 :]]
            return
    yield nodes


def repeats(nodes: Any) -> Iterator[Any]:
    """The bodies of all repeats without a limit."""
    for code, value in nodes:
        if code in REPEATS and value[1] is op.MAXREPEAT:
            yield value[2]
        for part in _parts(code, value):
            yield from repeats(part)


def shapes(nodes: Nodes, flags: int) -> set[Shape]:
    """Texts in which a repeat goes on and on, begins anew, and is nearly followed by what must follow."""
    found: set[Shape] = set()
    for before, body, after in _around(nodes, "", "", flags):
        for pumped in dict.fromkeys((*_samples(body, flags)[:2], *_followers(body, after, flags))):
            near_miss = after[:-1]
            found |= {Shape(before, pumped, "\0"), Shape(before, pumped + near_miss, "\0")}
            found |= {Shape("", before + pumped, ""), Shape("", before + pumped + near_miss, "\0")}
    return {shape for shape in found if shape.pumped}


def _around(nodes: Any, before: str, after: str, flags: int) -> Iterator[tuple[str, Any, str]]:
    """Each repeat without a limit, with a text that leads to it and one that follows."""
    nodes = list(nodes)
    for at, (code, value) in enumerate(nodes):
        lead = before + _sample(nodes[:at], flags)
        rest = _sample(nodes[at + 1 :], flags) + after
        if code in REPEATS and value[1] is op.MAXREPEAT:
            yield lead, value[2], rest
        for part in _parts(code, value):
            yield from _around(part, lead, rest, flags)


def _parts(code: Any, value: Any) -> Iterator[Any]:
    if code in REPEATS:
        yield value[2]
    elif code is op.BRANCH:
        yield from value[1]
    elif code is op.SUBPATTERN:
        yield value[3]
    elif code is op.ATOMIC_GROUP:
        yield value
    elif code in (op.ASSERT, op.ASSERT_NOT):
        yield value[1]


def _sample(nodes: Any, flags: int) -> str:
    """A short text that the nodes match."""
    return next(iter(_samples(nodes, flags)), "")


def _samples(nodes: Any, flags: int) -> list[str]:
    """A few texts that the nodes match."""
    texts = [""]
    for code, value in nodes:
        texts = [text + part for text in texts for part in _of_element(code, value, flags)][:ALTERNATIVES]
    return texts


def _of_element(code: Any, value: Any, flags: int) -> list[str]:
    if code is op.LITERAL:
        return [chr(value)]
    if code in ONE_CHARACTER:
        test = character_test((code, value), flags)
        ranges = [chr(low) for kind, low in _bounds(code, value) if kind is op.RANGE]
        matched = (one for one in (*CANDIDATES, *ranges) if test(one))
        return list(islice(matched, ALTERNATIVES)) or [chr(0x4E00)]
    if code in REPEATS:
        # One that may be missing is there: what follows it is reached by more than one way.
        return [text * max(1, value[0]) for text in _samples(value[2], flags)]
    if code is op.BRANCH:
        return [text for branch in value[1] for text in _samples(branch, flags)[:1]][:ALTERNATIVES]
    if code is op.SUBPATTERN:
        return _samples(value[3], flags)
    return _samples(value, flags) if code is op.ATOMIC_GROUP else [""]


def _bounds(code: Any, value: Any) -> Iterator[tuple[Any, int]]:
    if code is op.IN:
        for kind, item in value:
            yield kind, (item[0] if kind is op.RANGE else item if kind is op.LITERAL else 0)


def _followers(body: Any, after: str, flags: int) -> Iterator[str]:
    """What must follow, where the repeat itself matches it: two ways to read the same text."""
    body = list(body)
    if len(body) == 1 and body[0][0] in ONE_CHARACTER:
        test = character_test(body[0], flags)
        shared = "".join(one for one in after[:12] if test(one))
        if shared:
            yield shared
            yield shared[0]
