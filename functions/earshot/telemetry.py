"""The logger, the metrics and the tracer that every entrypoint uses.

A line of the log carries ``correlation`` (``source#post_id``) or ``case`` wherever it speaks of one, so that a
post can be followed from the source to the alert. Texts and authors of posts are never logged.
"""

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

__all__ = ["MetricUnit", "logger", "metrics", "tracer"]

logger = Logger(service="earshot")
metrics = Metrics(namespace="Earshot", service="earshot")
# botocore alone is patched: the other libraries that the SDK knows are not here, and looking for them costs time.
tracer = Tracer(service="earshot", patch_modules=("botocore",))
