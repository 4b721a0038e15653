"""Alternatives of a pattern by their first letter: the same texts match, and fewer are tried at each word."""

from collections.abc import Iterator

_START, _END = " (?:", ")(?= )"
_QUANTIFIERS = frozenset("?*+{")


def by_first_letter(pattern: str) -> str:
    """A pattern of ``phrases`` that matches where ``pattern`` does; what it matches there may differ in length."""
    if not (pattern.startswith(_START) and pattern.endswith(_END)):
        return pattern
    groups: dict[str, list[str]] = {}
    others: list[str] = []
    for one in _alternatives(pattern[len(_START) : -len(_END)]):
        is_plain = one[:1].isalnum() and one[1:2] not in _QUANTIFIERS
        (groups.setdefault(one[0], []) if is_plain else others).append(one[1:] if is_plain else one)
    grouped = [f"{letter}(?:{'|'.join(rest)})" for letter, rest in groups.items()]
    return f"{_START}{'|'.join([*grouped, *others])}{_END}"


def _alternatives(pattern: str) -> Iterator[str]:
    """What stands between the bars that are in no bracket."""
    start, depth, in_set, at = 0, 0, False, 0
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            at += 1
        elif in_set:
            in_set = character != "]"
        elif character == "[":
            in_set = True
            # The first sign of a set belongs to it, whatever it is.
            at += 2 if pattern[at + 1 : at + 2] == "^" else 1
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        elif character == "|" and depth == 0:
            yield pattern[start:at]
            start = at + 1
        at += 1
    yield pattern[start:]
