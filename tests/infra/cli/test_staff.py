"""``earshot staff`` on the embedded cloud: who is on the roster gets the alerts, and nobody else does."""

import pytest
from click.testing import Result

from infra.cli.exit_status import EXIT_INCOMPLETE, EXIT_UNUSABLE
from tests.deployed import Running
from tests.fakes import a_mention
from tests.infra.cli import invoke

pytestmark = pytest.mark.engine
MIA = ["mia", "--name", "Mia Okafor", "--email", "mia@example.com", "--phone", "+12025550111"]


def run(*arguments: str) -> Result:
    return invoke.run("staff", *arguments)


@pytest.fixture
def staffed(running: Running):
    """Mia takes rung 1; her subscriptions go when the test ends, for the cloud outlives it."""
    assert run("add", *MIA).exit_code == 0
    assert run("rotate", "1", "mia", "--period", "day", "--timezone", "Europe/London").exit_code == 0
    running.cloud.settle_mailboxes()
    running.cloud.inbox.collect()
    yield running
    for person in ("mia", "leo"):
        run("remove", person)
    running.cloud.inbox.collect()


def test_who_is_on_call_gets_the_alert_and_the_parameters_people_do_not(staffed: Running) -> None:
    staffed.hear(a_mention())
    assert staffed.notify() == []
    messages = staffed.cloud.inbox.collect()
    assert sorted((one["channel"], one["to"], one["rung"]) for one in messages) == [
        ("email", "mia@example.com", "1"),
        ("sms", "+12025550111", "1"),
    ]


def test_an_address_of_the_parameters_gets_each_alert_once(staffed: Running) -> None:
    run("add", "leo", "--name", "Leo Brandt", "--email", "on.call@example.com")
    run("override", "1", "leo", "--from", "2026-11-01T00:00", "--until", "2027-01-01T00:00")
    staffed.cloud.inbox.collect()
    staffed.hear(a_mention())
    staffed.notify()
    assert staffed.inbox() == [("1", "email", "on.call@example.com")]
    run("remove", "leo")
    run("rotate", "1")
    staffed.cloud.inbox.collect()
    staffed.hear(a_mention("2", "@NimbusAir quite another matter", conversation_id="2"))
    staffed.notify()
    assert ("1", "email", "on.call@example.com") in staffed.inbox()


def test_a_test_goes_to_one_person_alone(staffed: Running) -> None:
    answer = run("test", "mia")
    assert answer.exit_code == 0
    assert answer.stdout.count("sent. Ask Mia Okafor") == 2
    messages = staffed.cloud.inbox.collect()
    assert sorted(one["to"] for one in messages) == ["+12025550111", "mia@example.com"]


def test_a_test_goes_to_everybody_and_says_that_it_is_one(running: Running) -> None:
    assert invoke.run("test-alert").exit_code == 0
    messages = running.cloud.inbox.collect()
    assert sorted((one["channel"], one["to"].split("@")[0]) for one in messages) == [
        ("email", "executive"),
        ("email", "lead"),
        ("email", "on.call"),
        ("sms", "+12025550101"),
        ("sms", "+12025550102"),
        ("sms", "+12025550103"),
    ]
    assert all("Test of Earshot's alerts" in one["text"] and one["severity"] == "test" for one in messages)


def test_a_mailbox_that_gets_nothing_is_named_and_the_others_get_their_test(running: Running) -> None:
    running.cloud.engine.client("sns").unsubscribe(SubscriptionArn=running.subscription_of("lead@example.com"))
    told = invoke.run("test-alert")
    assert told.exit_code == EXIT_INCOMPLETE
    assert "lead@example.com: nothing is sent, since it is absent" in told.stdout
    assert told.stdout.count(": sent.") == 5
    running.cloud.settle_mailboxes()


def test_the_list_and_who_is_on_call(staffed: Running) -> None:
    run("absent", "mia", "2099-01-01", "2099-01-02")
    assert run("list").stdout.splitlines() == [
        "mia: Mia Okafor (agent)",
        "  mia@example.com: confirmed",
        "  +12025550111: confirmed",
        "  away from 2099-01-01 to 2099-01-02",
        "Rung 1: mia in turn, every day at 09:00 Europe/London",
    ]
    assert run("on-call").stdout.splitlines() == [
        "Rung 1: Mia Okafor; from 2099-01-01 00:00 UTC nobody on the roster (the stack's parameters)",
        "Rung 2: nobody on the roster (the stack's parameters)",
        "Rung 3: nobody on the roster (the stack's parameters)",
    ]
    run("absent", "mia", "--back")
    assert "away" not in run("list").stdout


def test_without_a_roster_it_says_how_to_begin(running: Running) -> None:
    assert "earshot staff add" in run("list").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["add", "Mia", "--name", "Mia", "--email", "mia@example.com"], "'Mia' is not a valid id"),
        (["add", "zoe", "--name", "Zoe"], "cannot be reached"),
        (["remove", "ann"], "'ann'"),
        (["rotate", "1", "ann"], "'ann', who is not on the roster"),
        (["rotate", "1", "mia", "--timezone", "Mars/Base"], "'Mars/Base' is not a time zone"),
        (["override", "1", "mia", "--until", "soon"], "2026-11-22T09:00"),
        (["absent", "mia"], "FIRST"),
        (["test", "ann"], "'ann'"),
        (["list", "--stack", "nowhere"], "No stack 'nowhere'"),
    ],
)
def test_a_mistake_is_named(running: Running, arguments: list[str], told: str) -> None:
    answer = run(*arguments)
    assert answer.exit_code == EXIT_UNUSABLE
    assert told in answer.stderr
