"""What CloudWatch makes of an alarm of the template: the periods that it looks at, and whether it rings."""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from earshot.telemetry.powertools import metrics, observed
from tests.api.fakes import Context

# The name of the stack, which a deployed function has from its environment.
STACK = "a-stack"
COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
}
STATISTICS: Mapping[str, Callable[[list[float]], float]] = {"Sum": sum, "Maximum": max}


@dataclass(frozen=True)
class Point:
    """One value of a metric, at so many seconds."""

    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    value: float
    at: float = 0


def counted(work: Callable[[], Any]) -> str:
    """What a function prints that does ``work`` in one call, as Lambda hands it to CloudWatch."""
    printed = io.StringIO()
    with redirect_stdout(printed), patch.object(metrics.provider, "service", STACK):
        observed(lambda event, context: work())({}, Context())
    return printed.getvalue()


def points(printed: str, at: float = 0) -> list[Point]:
    """The values that CloudWatch reads from what a function printed: its embedded metric format."""
    found: list[Point] = []
    for line in printed.splitlines():
        if '"_aws"' not in line:
            continue
        record = json.loads(line)
        for group in record["_aws"]["CloudWatchMetrics"]:
            for names in group["Dimensions"]:
                dimensions = {name: record[name] for name in names}
                for metric in group["Metrics"]:
                    values = record[metric["Name"]]
                    found += [Point(group["Namespace"], metric["Name"], dimensions, value, at) for value in values]
    return found


def rings(alarm: Mapping[str, Any], given: Iterable[Point], until: float) -> bool:
    """Whether an alarm is in state ALARM at ``until`` seconds, the end of the last period that it looks at."""
    wanted = {each["Name"]: _written(each["Value"]) for each in alarm["Dimensions"]}
    of_it = [
        point
        for point in given
        if (point.namespace, point.metric, dict(point.dimensions)) == (alarm["Namespace"], alarm["MetricName"], wanted)
    ]
    periods, period = alarm["EvaluationPeriods"], alarm["Period"]
    breaching = 0
    for back in range(periods):
        end = until - back * period
        values = [point.value for point in of_it if end - period <= point.at < end]
        if not values:
            breaching += alarm["TreatMissingData"] == "breaching"
        else:
            statistic = STATISTICS.get(alarm.get("Statistic", ""), max)
            breaching += COMPARED[alarm["ComparisonOperator"]](statistic(values), alarm["Threshold"])
    return breaching >= alarm.get("DatapointsToAlarm", periods)


def _written(value: Any) -> str:
    return STACK if value == {"Ref": "AWS::StackName"} else json.dumps(value) if isinstance(value, dict) else value
