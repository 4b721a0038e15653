"""A matcher that counts its steps: how long a pattern takes, in a figure that is the same on every machine.

Python's own matcher does not count. This one walks the same parsed pattern in the same order: greedy repeats from the
longest on, alternatives from the left, a search from every position. One step is one comparison of one position with
one element. Python skips some positions by their first letter, so that it takes no more than a fixed share of them.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from re import _constants as op  # pyright: ignore[reportAttributeAccessIssue]
from re import _parser as parser  # pyright: ignore[reportAttributeAccessIssue]
from typing import Any

Nodes = list[tuple[Any, Any]]
Next = Callable[[int], int | None]
ONE_CHARACTER = {op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN}
REPEATS = {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}
CATEGORIES: dict[Any, Callable[[str], bool]] = {
    op.CATEGORY_WORD: lambda one: one.isalnum() or one == "_",
    op.CATEGORY_NOT_WORD: lambda one: not (one.isalnum() or one == "_"),
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_NOT_SPACE: lambda one: not one.isspace(),
    op.CATEGORY_DIGIT: str.isdecimal,
    op.CATEGORY_NOT_DIGIT: lambda one: not one.isdecimal(),
}
IS_WORD = CATEGORIES[op.CATEGORY_WORD]


def parsed(pattern: str, flags: int) -> Nodes:
    return list(parser.parse(pattern, flags))


class CountingMatcher:
    """A pattern, given as its parsed nodes; ``steps`` counts those of all texts."""

    def __init__(self, nodes: Nodes, flags: int) -> None:
        self.steps = 0
        self._nodes, self._flags = nodes, flags
        self._text = ""
        self._groups: dict[int, tuple[int, int]] = {}
        self._match = self._sequence(nodes, lambda end: end)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """What ``re.finditer`` finds."""
        self._text, start = text, 0
        while start <= len(text):
            self.steps += 1
            self._groups = {}
            end = self._match(start)
            if end is not None:
                yield start, end
            start = start + 1 if end is None or end == start else end

    def _sequence(self, nodes: Any, then: Next) -> Next:
        for node in reversed(list(nodes)):
            then = self._element(node, then)
        return then

    def _element(self, node: tuple[Any, Any], then: Next) -> Next:
        code, value = node
        if code in ONE_CHARACTER:
            return self._character(node, then)
        if code in REPEATS:
            return self._repeat(code, *value, then)
        if code is op.BRANCH:
            return self._branches([self._sequence(branch, then) for branch in value[1]])
        if code is op.SUBPATTERN:
            return self._group(value, then)
        if code is op.ATOMIC_GROUP:
            inner = self._sequence(value, lambda end: end)
            return lambda at: None if (end := inner(at)) is None else then(end)
        if code is op.GROUPREF:
            return self._reference(value, then)
        if code in (op.ASSERT, op.ASSERT_NOT):
            return self._assertion(code is op.ASSERT, *value, then)
        assert code is op.AT, code
        return lambda at: then(at) if self._is_at(value, at) else None

    def _branches(self, branches: list[Next]) -> Next:
        def match(at: int) -> int | None:
            for branch in branches:
                if (end := branch(at)) is not None:
                    return end
            return None

        return match

    def _character(self, node: tuple[Any, Any], then: Next) -> Next:
        test = character_test(node, self._flags)

        def match(at: int) -> int | None:
            self.steps += 1
            text = self._text
            return then(at + 1) if at < len(text) and test(text[at]) else None

        return match

    def _group(self, value: Any, then: Next) -> Next:
        number, _, _, nodes = value
        if number is None:
            return self._sequence(nodes, then)
        starts: list[int] = []

        def close(end: int) -> int | None:
            self._groups[number] = (starts[-1], end)
            return then(end)

        inner = self._sequence(nodes, close)

        def match(at: int) -> int | None:
            starts.append(at)
            end = inner(at)
            starts.pop()
            return end

        return match

    def _reference(self, number: int, then: Next) -> Next:
        def match(at: int) -> int | None:
            self.steps += 1
            start, end = self._groups.get(number, (0, -1))
            return then(at + end - start) if end >= 0 and self._text.startswith(self._text[start:end], at) else None

        return match

    def _repeat(self, code: Any, least: int, most: Any, nodes: Any, then: Next) -> Next:
        limit = 10**9 if most is op.MAXREPEAT else int(most)
        if len(nodes) == 1 and nodes[0][0] in ONE_CHARACTER and code is not op.MIN_REPEAT:
            return self._run(code, least, limit, character_test(nodes[0], self._flags), then)
        counts: list[int] = []
        if code is op.POSSESSIVE_REPEAT:
            greedy = self._repeat(op.MAX_REPEAT, least, most, nodes, lambda end: end)
            return lambda at: None if (end := greedy(at)) is None else then(end)

        def again(at: int) -> int | None:
            self.steps += 1
            count, start = counts[-2], counts[-1]
            leave: Callable[[], int | None] = lambda: outside(at) if count >= least else None  # noqa: E731
            if code is op.MIN_REPEAT and (end := leave()) is not None:
                return end
            if count < limit and (count < least or at > start or count == 0):
                counts.extend((count + 1, at))
                end = inner(at)
                del counts[-2:]
                if end is not None:
                    return end
            return None if code is op.MIN_REPEAT else leave()

        def outside(at: int) -> int | None:
            saved = counts[-2:]
            del counts[-2:]
            end = then(at)
            counts.extend(saved)
            return end

        inner = self._sequence(nodes, again)

        def match(at: int) -> int | None:
            counts.extend((0, -1))
            end = again(at)
            del counts[-2:]
            return end

        return match

    def _run(self, code: Any, least: int, limit: int, test: Callable[[str], bool], then: Next) -> Next:
        def match(at: int) -> int | None:
            end = at
            while end < len(self._text) and end - at < limit and test(self._text[end]):
                end += 1
            self.steps += end - at + 1
            if code is op.POSSESSIVE_REPEAT:
                return then(end) if end - at >= least else None
            for stop in range(end, at + least - 1, -1):
                if (found := then(stop)) is not None:
                    return found
            return None

        return match

    def _assertion(self, wanted: bool, direction: int, nodes: Any, then: Next) -> Next:
        inner = self._sequence(nodes, lambda end: end)
        width = nodes.getwidth()[0] if direction < 0 else 0
        return lambda at: then(at) if (at >= width and inner(at - width) is not None) is wanted else None

    def _is_at(self, where: Any, at: int) -> bool:
        self.steps += 1
        text = self._text
        if where in (op.AT_BEGINNING, op.AT_BEGINNING_STRING):
            return at == 0
        if where is op.AT_END:
            return at == len(text) or (at == len(text) - 1 and text[at] == "\n")
        if where is op.AT_END_STRING:
            return at == len(text)
        before, after = at > 0 and IS_WORD(text[at - 1]), at < len(text) and IS_WORD(text[at])
        assert where in (op.AT_BOUNDARY, op.AT_NON_BOUNDARY), where
        return (before != after) is (where is op.AT_BOUNDARY)


def character_test(node: tuple[Any, Any], flags: int) -> Callable[[str], bool]:
    """Whether a character is matched by an element that matches one."""
    code, value = node
    return _character_test(code, tuple(value) if code is op.IN else value, flags)


# Patterns share most of their elements, and texts their characters: each pair is compared once.
@cache
def _character_test(code: Any, value: Any, flags: int) -> Callable[[str], bool]:
    if code is op.ANY:
        return lambda one: one != "\n" or bool(flags & re.DOTALL)
    items = value if code is op.IN else [(op.LITERAL, value)]
    negated = code is op.NOT_LITERAL or (items and items[0][0] is op.NEGATE)
    items = [item for item in items if item[0] is not op.NEGATE]
    cases: Callable[[str], set[str]] = (
        (lambda one: {one, one.lower(), one.upper()}) if flags & re.IGNORECASE else (lambda one: {one})
    )
    return cache(lambda one: any(_is_one_of(item, each) for item in items for each in cases(one)) is not bool(negated))


def _is_one_of(item: tuple[Any, Any], one: str) -> bool:
    code, value = item
    if code is op.LITERAL:
        return one == chr(value)
    if code is op.RANGE:
        return len(one) == 1 and value[0] <= ord(one) <= value[1]
    return CATEGORIES[value](one)
