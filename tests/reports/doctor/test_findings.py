"""What the doctor says of sources, budgets, people and alerts: each thing broken in turn, as facts."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from earshot.alerting.recipients.reachability import AddressStatus
from earshot.alerting.roster.admin import Reachability
from earshot.alerting.roster.roster import Person
from earshot.cases.store.case_file import AlertOutcome, SentAlert, SmsDelivery
from earshot.mentions.source_state import Hearing
from earshot.reports.doctor.alerts import check_last_alerts
from earshot.reports.doctor.finding import Finding, Level, failure, ok, warning, worst
from earshot.reports.doctor.listening import check_sources, check_spending
from earshot.reports.doctor.people import check_people
from earshot.reports.health import SourceHealth, Spending
from earshot.timestamps import rfc3339

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MIA = Person("mia", "Mia", "mia@example.com", "+12025550111")
LEO = Person("leo", "Leo", "leo@example.com")


def levels(findings: Iterable[Finding]) -> dict[str, Level]:
    found = list(findings)
    assert all(bool(one.remedy) == (one.level is not Level.OK) for one in found), "what is not OK has a remedy"
    return {one.check: one.level for one in found}


def test_the_worst_level_counts() -> None:
    fine, bad, broken = ok("a", "b"), warning("a", "b", "c"), failure("a", "b", "c")
    assert [worst(found) for found in ([], [fine], [fine, bad], [broken, bad])] == ["ok", "ok", "warning", "failure"]


# -------------------------------------------------------------------------------------------- sources and budgets


@pytest.mark.parametrize(
    ("source", "level"),
    [
        (SourceHealth("s", "ok", "", False, last_success_at=NOW, checked_at=NOW), Level.OK),
        (SourceHealth("s", "ok", "", False, last_success_at=NOW, checked_at=NOW, notes=("3 left out",)), Level.WARNING),
        (
            SourceHealth("s", "rate_limited", "X asks to wait", False, Hearing.WAITING, what_to_do="Nothing yet"),
            Level.WARNING,
        ),
        (
            SourceHealth("s", "unauthorised", "no token", True, Hearing.FAILING, deaf=True, what_to_do="Put one"),
            Level.FAILURE,
        ),
        (SourceHealth("s", "never_run", "unread", True, Hearing.NEVER_LISTENED, True, "Look"), Level.FAILURE),
    ],
)
def test_a_source_that_is_not_heard_fails(source: SourceHealth, level: Level) -> None:
    assert levels(check_sources([source])) == {"source s": level}


@pytest.mark.parametrize(
    ("service", "spent", "limit", "level"),
    [
        ("x", 39.9, 50, Level.OK),
        ("x", 40, 50, Level.WARNING),
        ("x", 50, 50, Level.FAILURE),
        ("x", 0, 0, Level.FAILURE),
        ("comprehend", 20, 20, Level.WARNING),
        ("comprehend", 0, 0, Level.OK),
        ("reader", 9, 10, Level.WARNING),
        ("sms", 21, 20, Level.WARNING),
        ("sms", 0, 0, Level.OK),
    ],
)
def test_a_budget_warns_at_80_percent_and_fails_where_nothing_is_read_any_more(
    service: str, spent: float, limit: float, level: Level
) -> None:
    assert levels(check_spending([Spending(service, "2026-11", spent, limit)])) == {f"budget {service}": level}


# ----------------------------------------------------------------------------------------------------------- people


@pytest.mark.parametrize(
    ("email", "sms", "expected"),
    [
        (AddressStatus.CONFIRMED, AddressStatus.CONFIRMED, (Level.OK, Level.OK, Level.OK)),
        (AddressStatus.SETTLING, AddressStatus.CONFIRMED, (Level.WARNING, Level.OK, Level.OK)),
        (AddressStatus.PENDING, AddressStatus.CONFIRMED, (Level.FAILURE, Level.OK, Level.OK)),
        (AddressStatus.ABSENT, AddressStatus.OPTED_OUT, (Level.FAILURE, Level.FAILURE, Level.FAILURE)),
        (AddressStatus.CONFIRMED, AddressStatus.FAILING, (Level.OK, Level.FAILURE, Level.OK)),
    ],
)
def test_an_address_that_gets_nothing_fails_and_rung_1_only_where_no_address_of_it_works(
    email: AddressStatus, sms: AddressStatus, expected: tuple[Level, ...]
) -> None:
    found = levels(check_people([Reachability(MIA, email, sms)], ["mia"]))
    assert (found["email of Mia"], found["phone of Mia"], found["rung 1"]) == expected


def test_the_sandbox_keeps_messages_from_a_number_that_is_not_verified() -> None:
    reached = [Reachability(MIA, AddressStatus.PENDING, AddressStatus.CONFIRMED)]
    (_, phone, rung) = check_people(reached, ["mia"], {"+12025550111"})
    assert (phone.level, rung.level) == (Level.FAILURE, Level.FAILURE)
    assert "aws sns verify-sms-sandbox-phone-number --phone-number +12025550111" in phone.remedy


def test_somebody_else_who_is_reachable_does_not_stand_in_for_who_is_on_call() -> None:
    reached = [Reachability(MIA, AddressStatus.PENDING, None), Reachability(LEO, AddressStatus.CONFIRMED, None)]
    assert levels(check_people(reached, ["mia"]))["rung 1"] is Level.FAILURE
    assert levels(check_people(reached, ["mia", "leo"]))["rung 1"] is Level.OK
    assert levels(check_people(reached, []))["rung 1"] is Level.FAILURE


# ----------------------------------------------------------------------------------------------------------- alerts


def an_alert(outcome: AlertOutcome = AlertOutcome.SENT, minutes: int = 10, *delivered: bool) -> SentAlert:
    at = rfc3339(NOW - timedelta(minutes=minutes))
    reports = tuple(SmsDelivery("m", at, "+12025550111", one, "Blocked") for one in delivered)
    return SentAlert(at, 1, "sms", "escalation", "text", outcome=outcome, deliveries=reports)


@pytest.mark.parametrize(
    ("alerts", "level"),
    [
        ([], Level.WARNING),
        ([an_alert(AlertOutcome.WITHHELD)], Level.WARNING),
        ([an_alert()], Level.OK),
        ([an_alert(AlertOutcome.SENT, 10, True)], Level.OK),
        ([an_alert(AlertOutcome.SENT, 10, True, False)], Level.FAILURE),
        ([an_alert(AlertOutcome.REFUSED)], Level.FAILURE),
        ([an_alert(AlertOutcome.SENDING, 1)], Level.OK),
        ([an_alert(AlertOutcome.SENDING, 6)], Level.FAILURE),
        ([an_alert(AlertOutcome.REFUSED, 20), an_alert(AlertOutcome.SENT, 10)], Level.OK),
        ([an_alert(AlertOutcome.SENT, 20), an_alert(AlertOutcome.REFUSED, 10)], Level.FAILURE),
    ],
)
def test_the_last_alert_says_whether_alerts_arrive(alerts: list[SentAlert], level: Level) -> None:
    assert levels(check_last_alerts(alerts, NOW)) == {"last alert": level}
