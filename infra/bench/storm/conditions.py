"""The few forms of DynamoDB's expressions that the functions use, on items of DynamoDB's JSON."""

import operator
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

Item = dict[str, Any]
_BETWEEN = re.compile(r"(\S+) BETWEEN (\S+) AND (\S+)")
_EXISTS = re.compile(r"(attribute_exists|attribute_not_exists|contains)\(([^,)]+)(?:, (\S+))?\)")
_IN = re.compile(r"(\S+) IN \(([^)]+)\)")
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    "contains": operator.contains,
}
_PARTS = re.compile(r"\b(SET|REMOVE|ADD)\b")


def value_at(item: Mapping[str, Any], path: str, names: Mapping[str, str]) -> Any:
    """The attribute value at a path such as ``#a.#b``; None where there is none."""
    first, *rest = (names.get(part, part) for part in path.split("."))
    value: Any = item.get(first)
    for part in rest:
        value = None if value is None else value.get("M", {}).get(part)
    return value


def plain(value: Any) -> Any:
    """A value that Python can compare: numbers as numbers."""
    if value is None:
        return None
    ((kind, inner),) = value.items()
    return float(inner) if kind == "N" else inner


def holds(condition: str, item: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """Whether an item, empty where there is none, meets a condition. ``asked`` has the names and values of it."""
    return any(all(_meets(*clause, item, asked) for clause in way) for way in _clauses(condition))


@cache
def _clauses(condition: str) -> tuple[tuple[tuple[str, str, str], ...], ...]:
    """The clauses of a condition, as ways to meet it: path, operator and the name of a value."""
    flat = _BETWEEN.sub(r"\1 >= \2 AND \1 <= \3", condition)
    return tuple(tuple(_clause(one.strip()) for one in way.split(" AND ")) for way in flat.split(" OR "))


def _clause(clause: str) -> tuple[str, str, str]:
    # AND binds before OR, so brackets around what AND joins change nothing.
    clause = clause.lstrip("(")
    if clause.count(")") > clause.count("("):
        clause = clause.removesuffix(")")
    if (found := _EXISTS.fullmatch(clause)) is not None:
        return found[2], found[1], found[3] or ""
    if (found := _IN.fullmatch(clause)) is not None:
        return found[1], "IN", found[2]
    path, how, name = clause.split()
    return path, how, name


def _meets(path: str, how: str, name: str, item: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    have = plain(value_at(item, path, asked.get("ExpressionAttributeNames", {})))
    if how.startswith("attribute"):
        return (have is not None) == (how == "attribute_exists")
    values = asked["ExpressionAttributeValues"]
    if how == "IN":
        return have in [plain(values[one]) for one in name.split(", ")]
    want = plain(values[name])
    if have is None:
        return how == "<>"
    return bool(_OPERATORS[how](have, want))


def projected(item: Mapping[str, Any], asked: Mapping[str, Any]) -> Item:
    """The part of an item that a request wants."""
    if "ProjectionExpression" not in asked:
        return dict(item)
    names: Mapping[str, str] = asked.get("ExpressionAttributeNames", {})
    found: Item = {}
    for path in asked["ProjectionExpression"].split(", "):
        if (value := value_at(item, path, names)) is not None:
            *outer, last = (names.get(part, part) for part in path.split("."))
            into = found
            for part in outer:
                into = into.setdefault(part, {"M": {}})["M"]
            into[last] = value
    return found


def updated(item: Mapping[str, Any], asked: Mapping[str, Any]) -> Item:
    """The item after an update."""
    names, values = asked.get("ExpressionAttributeNames", {}), asked.get("ExpressionAttributeValues", {})
    after = {**asked["Key"], **item}
    _, *parts = _PARTS.split(asked["UpdateExpression"])
    for kind, terms in zip(parts[::2], parts[1::2], strict=True):
        for term in terms.strip().rstrip(",").split(", "):
            words = term.replace("=", " ").split()
            name = names.get(words[0], words[0])
            if kind == "REMOVE":
                after.pop(name, None)
            elif kind == "SET":
                after[name] = values[words[1]]
            else:
                after[name] = _sum(after.get(name), values[words[1]])
    return after


def _sum(before: Any, more: Any) -> Any:
    ((kind, inner),) = more.items()
    if before is None:
        return more
    if kind == "SS":
        return {"SS": sorted({*before["SS"], *inner})}
    return {"N": str(int(before["N"]) + int(inner))}
