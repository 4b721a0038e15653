"""What the doctor says of the account, the region and a deployed stack: each thing broken in turn, as facts."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from earshot.alerting.recipients.mailboxes import Subscription
from earshot.alerting.roster.roster import Role
from earshot.reports.doctor.finding import Level
from infra.ops.access.users import User
from infra.ops.doctor.account_facts import region_facts
from infra.ops.doctor.checks.account import Caller, check_caller, check_concurrency, check_runtime
from infra.ops.doctor.checks.deployment import (
    Versions,
    check_dead_letters,
    check_operator_mail,
    check_version,
    check_webhooks,
)
from infra.ops.doctor.checks.region import Wanted, check_region
from infra.ops.doctor.checks.sign_in import check_page, check_users
from infra.ops.doctor.checks.sms import SmsAccount, check_log, check_sms
from infra.ops.doctor.reader import check_availability
from infra.ops.doctor.stack_facts import differing_files
from tests.reports.doctor.test_findings import levels

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
OK, WARNING, FAILURE = Level.OK, Level.WARNING, Level.FAILURE


# ---------------------------------------------------------------------------------------------------------- region


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("eu-west-1", {"region": OK}),
        ("us-east-1", {"region": OK}),
        ("ap-southeast-2", {"region": OK}),
        # No Comprehend.
        ("eu-north-1", {"region": OK, "Comprehend": WARNING}),
        ("eu-west-3", {"region": OK, "Comprehend": WARNING}),
        ("us-west-1", {"region": OK, "Comprehend": WARNING}),
        # No user pools.
        ("cn-north-1", {"region": FAILURE}),
        ("cn-northwest-1", {"region": FAILURE}),
        ("us-iso-east-1", {"region": FAILURE}),
        # Another host for the sign-in.
        ("us-gov-west-1", {"region": OK, "sign-in page": WARNING}),
        # Newer than botocore, or a slip of the pen.
        ("eu-west-99", {"region": WARNING}),
        ("europe", {"region": FAILURE}),
        ("", {"region": FAILURE}),
    ],
)
def test_a_region_is_judged_by_the_services_that_it_has(region: str, expected: dict[str, Level]) -> None:
    assert levels(check_region(region_facts(region), Wanted(reader=True, sms=True))) == expected


def test_what_is_not_wanted_is_not_missed() -> None:
    facts = region_facts("eu-north-1")
    assert levels(check_region(facts, Wanted(comprehend=False))) == {"region": OK}
    bare = replace(facts, offered={**facts.offered, "bedrock": frozenset(), "pinpoint-sms-voice-v2": frozenset()})
    assert levels(check_region(bare, Wanted(comprehend=False))) == {"region": OK}
    wanted = Wanted(comprehend=False, reader=True, sms=True)
    assert levels(check_region(bare, wanted)) == {"region": OK, "reader": WARNING, "SMS": WARNING}
    government = region_facts("us-gov-west-1")
    assert levels(check_region(government, Wanted(own_sign_in=True))) == {"region": OK}


# --------------------------------------------------------------------------------------------------------- account


@pytest.mark.parametrize(
    ("off", "level"), [(0, OK), (60, OK), (61, WARNING), (-61, WARNING), (300, WARNING), (301, FAILURE)]
)
def test_the_clock_is_held_against_that_of_aws(off: int, level: Level) -> None:
    caller = Caller("1", "arn:aws:iam::1:user/mia", NOW + timedelta(seconds=off))
    assert levels(check_caller(caller, NOW)) == {"credentials": OK, "clock": level}


def test_root_is_no_way_to_deploy_and_a_clock_that_is_not_told_is_not_known() -> None:
    assert levels(check_caller(Caller("1", "arn:aws:iam::1:root", None), NOW)) == {
        "credentials": WARNING,
        "clock": WARNING,
    }


@pytest.mark.parametrize(("limit", "level"), [(10, WARNING), (39, WARNING), (40, OK), (1000, OK)])
def test_a_new_accounts_concurrency_warns(limit: int, level: Level) -> None:
    assert levels(check_concurrency(limit)) == {"concurrency": level}


def test_a_runtime_that_lambda_does_not_know_fails() -> None:
    assert levels(check_runtime("python3.14", is_known=True)) == {"runtime": OK}
    assert levels(check_runtime("python3.14", is_known=False)) == {"runtime": FAILURE}


GERMAN, AMERICAN = frozenset({"+4915123456789"}), frozenset({"+12025550111"})


@pytest.mark.parametrize(
    ("account", "phones", "bad"),
    [
        (SmsAccount(True), frozenset(), set()),
        (SmsAccount(False, limit_usd=20), GERMAN, set()),
        (SmsAccount(True, limit_usd=20), GERMAN, {"SMS sandbox"}),
        (SmsAccount(False, limit_usd=1), GERMAN, {"SMS limit"}),
        (SmsAccount(False), GERMAN, {"SMS limit"}),
        (SmsAccount(False, limit_usd=20), AMERICAN, {"SMS sender"}),
        (SmsAccount(False, limit_usd=20, sender_countries=frozenset({"DE"})), AMERICAN, {"SMS sender"}),
        (SmsAccount(False, limit_usd=20, sender_countries=frozenset({"US"})), AMERICAN, set()),
        # Nobody has named a phone yet.
        (SmsAccount(True), None, {"SMS sandbox", "SMS limit"}),
    ],
)
def test_what_keeps_sms_back_is_a_warning_each(
    account: SmsAccount, phones: frozenset[str] | None, bad: set[str]
) -> None:
    found = levels(check_sms(account, phones))
    assert {name for name, level in found.items() if level is WARNING} == bad
    assert FAILURE not in found.values()


def test_the_sandbox_lets_verified_numbers_through() -> None:
    account = SmsAccount(True, verified=GERMAN)
    assert account.unverified(GERMAN | AMERICAN) == AMERICAN
    assert replace(account, in_sandbox=False).unverified(AMERICAN) == frozenset()


@pytest.mark.parametrize(
    ("role", "exists", "level"),
    [
        ("arn:aws:iam::1:role/another", True, OK),
        ("arn:aws:iam::1:role/another", False, WARNING),
        (None, False, WARNING),
    ],
)
def test_sms_are_not_followed_without_a_role_or_with_one_that_went_with_another_stack(
    role: str | None, exists: bool, level: Level
) -> None:
    (found,) = check_log(role, exists=exists, command="aws sns set-sms-attributes")
    assert (found.level, found.remedy) == (level, "" if level is OK else "aws sns set-sms-attributes")


@pytest.mark.parametrize("missing", ["agreementAvailability", "authorizationStatus", "regionAvailability", None])
def test_a_reader_that_the_account_may_not_ask_is_a_warning(missing: str | None) -> None:
    status = {
        "agreementAvailability": {"status": "AVAILABLE"},
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": "AVAILABLE",
        "regionAvailability": "AVAILABLE",
    }
    status.pop(missing or "", None)
    assert levels(check_availability("amazon.nova-lite-v1:0", status)) == {"reader": WARNING if missing else OK}


# ------------------------------------------------------------------------------------------------------ deployment


def test_dead_letters_fail_by_queue() -> None:
    assert levels(check_dead_letters({"AlertFailureQueue": 0})) == {"dead letters": OK}
    (one,) = check_dead_letters({"AlertFailureQueue": 2, "MentionDeadLetterQueue": 0})
    assert (one.level, one.what) == (FAILURE, "AlertFailureQueue has 2: alerts that the notifier failed to send")


@pytest.mark.parametrize(
    ("subscriptions", "level"),
    [
        ([], FAILURE),
        ([Subscription("op@example.com", None)], FAILURE),
        ([Subscription("op@example.com", "arn:x")], OK),
        ([Subscription("op@example.com", None), Subscription("mia@example.com", "arn:x")], OK),
    ],
)
def test_alarms_need_a_mailbox_that_is_confirmed(subscriptions: list[Subscription], level: Level) -> None:
    assert levels(check_operator_mail(subscriptions)) == {"operator's mail": level}


def test_a_mistake_in_the_list_of_webhooks_fails() -> None:
    assert levels(check_webhooks([], 0)) == levels(check_webhooks([], 2)) == {"webhooks": OK}
    assert levels(check_webhooks(["target 1 has no url"], 1)) == {"webhooks": FAILURE}


MIA = User("mia@example.com", (Role.ADMIN,), "CONFIRMED", is_enabled=True, created_at=None)


@pytest.mark.parametrize(
    ("users", "level"),
    [
        ((), FAILURE),
        ((replace(MIA, is_enabled=False),), FAILURE),
        ((replace(MIA, roles=()),), FAILURE),
        ((replace(MIA, roles=(Role.AGENT,)),), WARNING),
        ((replace(MIA, status="FORCE_CHANGE_PASSWORD"),), WARNING),
        ((replace(MIA, status="FORCE_CHANGE_PASSWORD"), MIA), OK),
    ],
)
def test_somebody_with_a_role_can_sign_in(users: tuple[User, ...], level: Level) -> None:
    assert levels(check_users(users)) == {"users": level}


@pytest.mark.parametrize(
    ("name", "status", "level"),
    [("sign-in page", 200, OK), ("sign-in page", 400, OK), ("sign-in page", 503, FAILURE), ("console", 404, FAILURE)],
)
def test_a_page_that_does_not_answer_fails(name: str, status: int, level: Level) -> None:
    assert levels(check_page(name, "https://example.com", status)) == {name: level}


@pytest.mark.parametrize(
    ("versions", "level"),
    [
        (Versions(None, "0.2.0"), WARNING),
        (Versions("0.1.0", "0.2.0"), WARNING),
        (Versions("0.2.0", "0.2.0", ("api.py",)), WARNING),
        (Versions("0.2.0", "0.2.0", ()), OK),
        (Versions("0.2.0", "0.2.0"), OK),
    ],
)
def test_another_version_than_that_of_the_checkout_is_a_warning(versions: Versions, level: Level) -> None:
    assert levels(check_version(versions)) == {"version": level}


def test_the_package_is_held_against_the_checkout_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "earshot").mkdir()
    for name, text in (("api.py", "1"), ("earshot/new.py", "2"), ("earshot/a.pyc", "3")):
        (tmp_path / name).write_text(text)
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("api.py", "1")
        archive.writestr("earshot/old.py", "2")
        archive.writestr("earshot/__pycache__/b.pyc", "4")
    assert list(differing_files(package.getvalue(), tmp_path)) == ["earshot/new.py", "earshot/old.py"]
