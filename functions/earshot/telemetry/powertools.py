"""The logger and the metrics of Powertools, and what they add to a handler.

A line of the log carries ``correlation`` (``source#post_id``) or ``case`` wherever it is about one, so that a post can
be followed from its source to the alert. Texts and authors of posts are never logged.
"""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from earshot.runtime import Handler

__all__ = ["MetricUnit", "count", "logger", "metrics", "observed"]

# Each names its service after POWERTOOLS_SERVICE_NAME, the name of the stack: it tells the metrics of two stacks in one
# region apart.
logger = Logger()
metrics = Metrics(namespace="Earshot")


def observed(handle: Handler, correlation_id_path: str | None = None) -> Handler:
    """The handler with its metrics sent after each call, and the context of the invocation in each line of its log."""
    logged: Any = logger.inject_lambda_context(lambda_handler=handle, correlation_id_path=correlation_id_path)

    def measured(event: Any, context: Any) -> Any:
        try:
            return logged(event, context)
        finally:
            # A call that counted nothing sends nothing: a metric is billed for each hour in which it has a value.
            if metrics.metric_set:
                metrics.flush_metrics()

    return measured


def count(name: str, value: float = 1) -> None:
    """Add a number to a metric; nothing where it is zero, since alarms take missing values for zero."""
    if value:
        metrics.add_metric(name, MetricUnit.Count, value)
