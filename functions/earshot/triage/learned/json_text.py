"""An adjustment as the text that is stored: JSON with the weights of each rule."""

import json
import math
from collections.abc import Mapping
from typing import cast

from earshot.errors import AdjustmentError
from earshot.triage.learned.adjustment import MAX_LOG_ODDS, MAX_POINTS, MOST_RULES, NO_ADJUSTMENT, Adjustment, Weights


def adjustment_text(adjustment: Adjustment) -> str:
    """The text that ``parse_adjustment`` reads."""
    values = {
        "complaint": _values(adjustment.complaint),
        "urgent": _values(adjustment.urgent),
        "cases": adjustment.cases,
    }
    return json.dumps(values, sort_keys=True)


def parse_adjustment(text: str) -> Adjustment:
    """The adjustment in ``text``; an empty text has none.

    AdjustmentError where it cannot be used: no JSON, too many rules, or a number beyond what one post may change by.
    """
    if not text.strip():
        return NO_ADJUSTMENT
    try:
        values: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused(f"it is not JSON: {error}") from None
    if not isinstance(values, dict):
        raise _refused("it is not an object")
    found = cast("Mapping[str, object]", values)
    cases = found.get("cases", 0)
    if not isinstance(cases, int) or isinstance(cases, bool) or cases < 0:
        raise _refused(f"'cases' is {cases!r}, not a number of cases")
    complaint = _weights("complaint", found.get("complaint", {}), MAX_LOG_ODDS)
    return Adjustment(complaint, _weights("urgent", found.get("urgent", {}), MAX_POINTS), cases)


def _values(weights: Weights) -> dict[str, object]:
    return {"base": weights.base, "rules": dict(weights.rules)}


def _weights(name: str, value: object, most: float) -> Weights:
    if not isinstance(value, dict):
        raise _refused(f"'{name}' is not an object")
    values = cast("Mapping[str, object]", value)
    rules = values.get("rules", {})
    if not isinstance(rules, dict):
        raise _refused(f"'{name}.rules' is not an object")
    by_rule = cast("Mapping[str, object]", rules)
    if len(by_rule) > MOST_RULES:
        raise _refused(f"'{name}' has {len(by_rule)} rules, and at most {MOST_RULES} are allowed")
    base = _number(f"{name}.base", values.get("base", 0.0), most)
    return Weights(base, {rule: _number(f"{name}.{rule}", weight, most) for rule, weight in by_rule.items()})


def _number(name: str, value: object, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or abs(value) > most:
        raise _refused(f"'{name}' is {value!r}, not a number from {-most:g} to {most:g}")
    return float(value)


def _refused(why: str) -> AdjustmentError:
    return AdjustmentError(f"The stored adjustment cannot be used: {why}. `earshot learn undo` takes it back.")
