"""What the services cost, in US dollars, as published for us-east-1 in 2026-11; other regions differ by a few percent.

Prices of X, Lambda, DynamoDB, SQS, SNS, email, HTTP API and Comprehend were read from the vendors' documentation.
Those marked ``listed`` are of AWS's price pages: look them up for your region.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """``dollars`` for each ``per`` units; ``free`` units a month cost nothing, for ever and in every account."""

    what: str
    dollars: float
    per: float = 1
    free: float = 0
    listed: bool = False

    def of(self, quantity: float, *, free: bool = False) -> float:
        """Dollars for so many units, without the free ones unless ``free``."""
        return max(0.0, quantity - (self.free if free else 0)) * self.dollars / self.per


PRICES: Mapping[str, Price] = {
    "x_post": Price("X: posts read", 0.005),
    "comprehend_unit": Price("Comprehend: units of 100 characters", 0.0001),
    "lambda_gb_second": Price("Lambda: GB-seconds", 0.0000133334, free=400_000),
    "lambda_request": Price("Lambda: invocations", 0.20, MILLION, free=MILLION),
    "dynamodb_write": Price("DynamoDB: write units", 0.625, MILLION),
    "dynamodb_read": Price("DynamoDB: read units", 0.125, MILLION),
    "dynamodb_gb_month": Price("DynamoDB: GB stored", 0.25, free=25, listed=True),
    "dynamodb_backup_gb_month": Price("DynamoDB: GB under point-in-time recovery", 0.20, listed=True),
    "sqs_request": Price("SQS: requests", 0.40, MILLION, free=MILLION),
    "sns_publish": Price("SNS: publishes", 0.50, MILLION, free=MILLION),
    "sns_email": Price("SNS: emails", 2.00, 100_000, free=1_000),
    "sms_part": Price("SNS: SMS parts, in the US", 0.01, listed=True),
    "log_gb": Price("CloudWatch: GB of logs", 0.50, free=5, listed=True),
    "metric": Price("CloudWatch: metrics", 0.30, free=10, listed=True),
    "alarm": Price("CloudWatch: alarms", 0.10, free=10, listed=True),
    "dashboard": Price("CloudWatch: dashboard", 3.00, free=3, listed=True),
    "schedule": Price("Scheduler: invocations", 1.00, MILLION, free=14 * MILLION, listed=True),
    "secret": Price("Secrets Manager: secret", 0.40, listed=True),
    "secret_read": Price("Secrets Manager: reads", 0.05, 10_000, listed=True),
    "key": Price("KMS: key", 1.00, listed=True),
    "key_use": Price("KMS: requests", 0.03, 10_000, free=20_000, listed=True),
}

# Lambda gives a function this much memory for each whole processor.
MEMORY_PER_CPU = 1769

WAITS = {
    "dynamodb": 0.010,
    "sqs": 0.015,
    "sns": 0.030,
    "secretsmanager": 0.030,
    "comprehend": 0.150,
    "x": 0.400,
}
"""Seconds that a call to each service is taken to last in AWS: generous guesses, since loopback tells nothing of it."""

LOG_BYTES = 800
"""Bytes that Lambda itself logs of an invocation: its START and REPORT lines as JSON."""
