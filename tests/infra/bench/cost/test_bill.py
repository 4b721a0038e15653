"""The arithmetic of the bill, by hand."""

import pytest

from infra.bench.__main__ import resource_count
from infra.bench.aws_usage import AwsUsage
from infra.bench.cost.bill import ALERTED, MINUTES_A_MONTH, lambda_seconds, month, scaled, total
from infra.bench.cost.prices import PRICES, WAITS, Price
from infra.bench.cost.tables import GROUPS, months
from infra.bench.cost.usage import of_an_idle_month
from infra.bench.invocations import FunctionUsage, Measurement
from infra.bench.schedules import ScheduleUsage, runs_a_minute
from infra.local.engine.deployment import read_template


def test_a_price_is_for_so_many_units():
    assert Price("writes", 0.625, 1_000_000).of(2_000_000) == pytest.approx(1.25)


def test_free_units_come_off_first_and_never_give_money_back():
    emails = Price("emails", 2.00, 100_000, free=1_000)
    assert emails.of(51_000) == pytest.approx(1.02)
    assert emails.of(51_000, free=True) == pytest.approx(1.00)
    assert emails.of(400, free=True) == 0


def test_a_thousand_short_posts_cost_what_the_vendors_say():
    lines = month(1_000, mention={"x_post": 1, "comprehend_unit": 3}, alert={}, idle={})
    assert {line.name: round(line.dollars, 6) for line in lines} == {"x_post": 5.0, "comprehend_unit": 0.3}


def test_a_month_is_the_mentions_the_alerts_among_them_and_what_is_paid_in_any_case():
    lines = month(10_000, mention={"sqs_request": 3}, alert={"sns_email": 1}, idle={"sqs_request": 648_000, "key": 1})
    quantities = {line.name: line.quantity for line in lines}
    assert quantities == {"sqs_request": 678_000, "sns_email": pytest.approx(10_000 * ALERTED), "key": 1}
    assert {line.name: round(line.after_free, 4) for line in lines} == {"sqs_request": 0, "sns_email": 0, "key": 1}


def test_what_nobody_uses_is_no_line_of_the_bill():
    assert month(0, mention={"x_post": 1}, alert={}, idle={}) == []


def test_a_quantity_without_a_price_is_refused_rather_than_forgotten():
    with pytest.raises(ValueError, match="phone_call"):
        month(1, mention={"phone_call": 1}, alert={}, idle={})


def test_little_memory_stretches_the_processor_time_and_not_the_waiting():
    calls = {("dynamodb", "GetItem"): 2, ("comprehend", "BatchDetectSentiment"): 1}
    waits = 2 * WAITS["dynamodb"] + WAITS["comprehend"]
    assert lambda_seconds(0.1, calls, 1769) == pytest.approx(0.1 + waits)
    assert lambda_seconds(0.1, calls, 512) == pytest.approx(0.1 * 1769 / 512 + waits)
    assert lambda_seconds(0.1, {}, 10_240) == pytest.approx(0.1)


def test_usages_add_up():
    assert total([scaled({"key": 1, "metric": 4}, 0.5), {"metric": 1}]) == {"key": 0.5, "metric": 3}


def test_no_price_is_negative_and_each_has_a_unit():
    assert all(price.dollars > 0 and price.per >= 1 and price.free >= 0 for price in PRICES.values())


def test_every_price_is_in_one_row_of_the_months():
    named = [name for names in GROUPS.values() for name in names]
    assert sorted(named) == sorted(PRICES)


def test_every_schedule_of_the_template_is_in_the_bill_of_a_stack_at_rest():
    runs = runs_a_minute(read_template())
    assert (runs["fetch"], runs["socialfetch"]) == (1, 1)
    assert runs["feedfetch"] == pytest.approx(1 / 5)
    assert runs["sweep"] == runs["digest"] == pytest.approx(1 / 60)
    one = Measurement(10, 1.0, {"fetch": FunctionUsage(invocations=10)}, AwsUsage(), 0, frozenset())
    others = {module: (often, one) for module, often in runs.items() if module not in ("fetch", "escalate", "watch")}
    usage = ScheduleUsage(2, one, one, one, one, 2.0, others)
    month_ = of_an_idle_month(usage, {"fetch": 256}, alarms=0, dashboards=0, metrics=0, secrets=4)
    assert month_["schedule"] == pytest.approx(sum(runs.values()) * MINUTES_A_MONTH)
    assert month_["lambda_request"] == pytest.approx(month_["schedule"])
    assert month_["secret"] == 4
    # A new kind of expression would else be forgotten.
    template = read_template()
    template["Resources"]["SweepFunction"]["Properties"]["Events"]["Hourly"]["Properties"]["ScheduleExpression"] = (
        "at(x)"
    )
    with pytest.raises(ValueError, match="at"):
        runs_a_minute(template)


def test_what_is_paid_by_the_month_leaves_a_stack_at_rest_below_nine_dollars():
    """With every alarm and the default parameters; what its minutes use was measured as $1.1 (docs/cost.md)."""
    template = read_template()
    alarms, dashboards = (resource_count(template, f"AWS::CloudWatch::{kind}") for kind in ("Alarm", "Dashboard"))
    secrets, keys = (resource_count(template, kind) for kind in ("AWS::SecretsManager::Secret", "AWS::KMS::Key"))
    assert alarms > 30
    assert dashboards == 0
    fixed = month(0, mention={}, alert={}, idle={"alarm": alarms, "secret": secrets, "key": keys})
    assert sum(line.dollars for line in fixed) < 7


def test_months_with_mentions_pay_for_the_metrics_that_have_a_value_and_the_one_without_does_not():
    line = next(row for row in months({"x_post": 1}, {}, {"alarm": 34}, 10).splitlines() if row.startswith("| Alarms"))
    assert line.split("|")[2:5] == [" 3.40 ", " 6.40 ", " 6.40 "]
