"""``earshot incidents`` on the embedded cloud: which there are, how one stands, and whom to tell."""

import csv
import io

import pytest
from click.testing import Result

from earshot.api.case_actions import CaseAction
from earshot.cases.incidents.table import IncidentTable
from earshot.mentions.mention import Author
from infra.cli.exit_status import EXIT_UNUSABLE
from infra.local.event_printer import EventPrinter
from infra.replay.export import case_lines, mention_lines
from infra.replay.summary import as_text, summarise
from tests.api.fakes import case_id
from tests.deployed import Running
from tests.fakes import a_mention
from tests.incident_fakes import begin, finish
from tests.infra.cli import invoke

pytestmark = pytest.mark.engine
ID = "incident-nimbusair-outage-20261121T0900"
MEMBERS = tuple(case_id(number, f"a{number}") for number in range(3))


def run(*arguments: str) -> Result:
    return invoke.run("incidents", *arguments, "--local")


@pytest.fixture
def outage(running: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """Three customers with one trouble, of whom the first is answered."""
    monkeypatch.setattr("infra.local.engine.engine.RUN_PORT", running.cloud.engine.port)
    for number, name in enumerate(("Ann", "Bob\x1b[2J", "=1+1")):
        author = Author(f"a{number}", f"h{number}", name)
        running.hear(a_mention(str(number), f"@NimbusAir {number}", conversation_id=str(number), author=author))
    incident = begin(running.table, MEMBERS, running.clock.advance(minutes=10))
    stack = running.cloud.stack
    IncidentTable(running.cloud.engine.client("dynamodb"), stack.outputs["CaseTableName"]).put_live((incident,), ())
    CaseAction(running.table, MEMBERS[0], "mia", running.clock()).resolve("told her")
    return running


def test_incidents_are_listed_with_who_has_them(outage: Running) -> None:
    line = f"{ID}: 'outage', 3 customers since 2026-11-21 09:00 UTC; live; open\n"
    assert run("list").stdout == run("list", "--status", "all").stdout == line
    assert run("list", "--status", "over").stdout == "There are no incidents.\n"
    CaseAction(outage.table, ID, "mia", outage.clock()).acknowledge()
    assert run("list").stdout.endswith("live; taken by mia\n")


def test_one_that_is_over_is_no_longer_live(outage: Running) -> None:
    for number in (3, 4):
        outage.hear(a_mention(str(number), conversation_id=str(number), author=Author(f"a{number}")))
    login = begin(outage.table, [case_id(3, "a3"), case_id(4, "a4")], outage.clock(), "login")
    finish(outage.table, login, outage.clock.advance(hours=1))
    assert ID in run("list").stdout
    assert login.id not in run("list").stdout
    told = "'login', 2 customers since 2026-11-21 09:03 UTC; over since 2026-11-21 10:10 UTC; resolved"
    assert run("list", "--status", "over").stdout == f"{login.id}: {told}\n"
    assert run("list", "--status", "all", "--most", "1").stdout.count("\n") == 1


def test_the_story_of_one_tells_how_it_stands_and_its_log(outage: Running) -> None:
    told = run("show", ID).stdout.splitlines()
    assert told[0].startswith(f"{ID}: 'outage', 3 customers")
    assert told[1] == "  high, answer by 2026-11-21 10:00 UTC; usual is 0.2 an hour"
    assert told[2] == "  latest complaint 2026-11-21 09:02 UTC; 2 of 3 still wait"
    assert told[3] == '  Most urgent, =1+1 (@h2): "@NimbusAir 2"'
    assert told[4].startswith("2026-11-21 09:10 UTC earshot opened: incident: 3 customers complain about 'outage'")


def test_whom_to_tell_is_a_table_with_those_first_who_wait(outage: Running) -> None:
    assert run("tell", ID).stdout.splitlines() == [
        "open 2026-11-21 09:01 UTC https://x.com/jane/status/1 Bob [2J (@h1)",
        "open 2026-11-21 09:02 UTC https://x.com/jane/status/2 =1+1 (@h2)",
        "resolved 2026-11-21 09:00 UTC https://x.com/jane/status/0 Ann (@h0)",
        "2 of 3 still wait for an answer.",
    ]


def test_whom_to_tell_as_csv_for_a_spreadsheet(outage: Running) -> None:
    lines = list(csv.DictReader(io.StringIO(run("tell", ID, "--csv").stdout)))
    assert [(line["case_id"], line["name"], line["status"]) for line in lines] == [
        (MEMBERS[1], "Bob [2J", "open"),
        (MEMBERS[2], "'=1+1", "open"),
        (MEMBERS[0], "Ann", "resolved"),
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show", "incident-flood-20261121T0900"], "There is no case 'incident-flood-20261121T0900'"),
        (["tell", MEMBERS[1]], "is a customer's case, not an incident"),
        (["tell", "?"], "There is no case '?'"),
        (["list", "--stack", "nowhere"], "No stack 'nowhere'"),
    ],
)
def test_a_mistake_is_named(outage: Running, arguments: list[str], told: str) -> None:
    answer = run(*arguments)
    assert (answer.exit_code, told in answer.stderr) == (EXIT_UNUSABLE, True)


# ------------------------------------------------------------------------------------ whoever else reads all cases


def test_a_replays_lines_and_figures_count_incidents_apart(outage: Running) -> None:
    lines = list(case_lines(outage.stored))
    told = {line["id"]: line for line in lines}
    assert told[ID]["incident"] == {
        "label": "outage",
        "count": 3,
        "began_at": "2026-11-21T09:00:00.000Z",
        "ended_at": None,
    }
    assert (told[ID]["mention_ids"], told[ID]["topic"]) == ([], "outage")
    assert (told[MEMBERS[1]]["incident_id"], told[MEMBERS[1]]["incident"]) == (ID, None)
    figures = summarise(mention_lines(outage.stored), lines, [])
    assert (figures["cases"]["total"], figures["incidents"]) == (3, {"total": 1, "customers": 3})
    assert "Incidents   1, with 3 customers\n" in as_text(figures)
    without = summarise(mention_lines(outage.stored), [told[MEMBERS[1]]], [])
    assert "Incidents" not in as_text(without)


def test_what_happens_to_an_incident_is_told_as_it_happens(outage: Running) -> None:
    out = io.StringIO()
    printer = EventPrinter(outage.cloud, out)
    printer.print_new()
    out.truncate(0)
    CaseAction(outage.table, ID, "mia", outage.clock()).acknowledge()
    printer.print_new()
    assert f"case   {ID} acknowledged: takes the case" in out.getvalue()


def test_the_mornings_mail_names_it_and_asks_by_index_alone(outage: Running) -> None:
    outage.cloud.inbox.collect()
    outage.calls.clear()
    assert outage.digest()
    mail = outage.cloud.inbox.collect()[0]
    assert f"customers to tell: earshot incidents tell {ID}\n" not in mail["text"], "it began in tomorrow's period"
    outage.clock.advance(days=1)
    assert outage.digest()
    told = outage.cloud.inbox.collect()[0]["text"]
    assert "INCIDENTS: 1\n- 'outage': 3 customers since 2026-11-21 09:00, ongoing; 2 still waiting; unassigned" in told
    assert f"customers to tell: earshot incidents tell {ID}\n" in told
    assert "3 cases opened" in told
