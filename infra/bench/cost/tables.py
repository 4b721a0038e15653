"""The bills as the tables of docs/cost.md."""

from infra.bench.cost.bill import BillLine, Usage, month, total
from infra.bench.cost.prices import PRICES
from infra.bench.document import table

VOLUMES = (0, 1_000, 10_000, 100_000)
GROUPS = {
    "X": ("x_post",),
    "Comprehend": ("comprehend_unit",),
    "SMS": ("sms_part",),
    "Email and publishing": ("sns_publish", "sns_email"),
    "Lambda": ("lambda_gb_second", "lambda_request"),
    "DynamoDB": ("dynamodb_write", "dynamodb_read", "dynamodb_gb_month", "dynamodb_backup_gb_month"),
    "SQS": ("sqs_request",),
    "Schedules, key, secret": ("schedule", "key", "key_use", "secret", "secret_read"),
    "Alarms, metrics, dashboard": ("alarm", "metric", "dashboard"),
    "Logs": ("log_gb",),
}


def thousand(mention: Usage, alert: Usage) -> str:
    """What a thousand mentions add to a month."""
    lines = month(1_000, mention=mention, alert=alert, idle={})
    x = sum(line.dollars for line in lines if line.name == "x_post")
    return _bill(lines) + f"\n\nReading X is {x / _sum(lines):.0%} of it."


def idle(usage: Usage) -> str:
    """A month without posts."""
    return _bill(month(0, mention={}, alert={}, idle=usage))


def months(mention: Usage, alert: Usage, idle: Usage, metrics: int) -> str:
    """Months of several sizes, side by side; with mentions there are ``metrics``, each with a value in every hour."""
    busy = total([idle, {"metric": metrics}])
    bills = {volume: month(volume, mention=mention, alert=alert, idle=busy if volume else idle) for volume in VOLUMES}
    head = ("US dollars a month", *(f"{volume:,} mentions" for volume in VOLUMES))
    rows: list[tuple[str, ...]] = [
        (group, *(f"{_sum([line for line in lines if line.name in names]):.2f}" for lines in bills.values()))
        for group, names in GROUPS.items()
    ]
    rows.append(("**together**", *(f"**{_sum(lines):.2f}**" for lines in bills.values())))
    rows.append(
        (
            "less what AWS gives every account free",
            *(f"{sum(line.after_free for line in lines):.2f}" for lines in bills.values()),
        )
    )
    return table(head, rows)


def _bill(lines: list[BillLine]) -> str:
    rows = [
        (PRICES[line.name].what, _quantity(line.quantity), f"{line.dollars:.4f}", f"{line.after_free:.4f}")
        for line in lines
    ]
    total = ("**together**", "", f"**{_sum(lines):.2f}**", f"**{sum(line.after_free for line in lines):.2f}**")
    return table(("what", "quantity", "US dollars", "less what AWS gives free"), [*rows, total])


def _sum(lines: list[BillLine]) -> float:
    return sum(line.dollars for line in lines)


def _quantity(quantity: float) -> str:
    return f"{quantity:,.0f}" if quantity >= 100 else f"{quantity:.3g}"
