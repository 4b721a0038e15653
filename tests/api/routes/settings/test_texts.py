"""Terms, policy and brands over the API: put by who may, checked as the commands check, logged, and taken back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

import api
from earshot.aws.settings.change_log import MOST_CHANGES
from earshot.triage.terms.table import TermsTable
from tests.api.fakes import ENVIRON, Answer, Call, Tables, call_on, tables
from tests.fakes import START, a_judgement, a_mention

pytestmark = pytest.mark.slow

PRODUCTS, URGENT = 'products = ["Nimbus Plus"]\n', 'always_urgent = ["blue lantern"]\n'
BRANDS = '[[brands]]\nhandles = ["NimbusAir", "Zephyr"]\n'


@pytest.fixture(scope="module")
def wired() -> Iterator[tuple[Tables, Call]]:
    with tables() as made:
        yield made, call_on(api.build(ENVIRON, made.clock))


@pytest.fixture
def made(wired: tuple[Tables, Call]) -> Tables:
    """Empty tables, at nine in the morning."""
    made, _ = wired
    for item in made.client.scan(TableName="SourceTable")["Items"]:
        made.client.delete_item(TableName="SourceTable", Key={"pk": item["pk"]})
    for setting in ("policy", "roster"):
        made.client.delete_item(
            TableName="CaseTable", Key={"pk": {"S": f"SETTINGS#{setting}"}, "sk": {"S": "SETTINGS"}}
        )
    made.clock.now = START
    return made


@pytest.fixture
def call(wired: tuple[Tables, Call], made: Tables) -> Call:
    def ask(method: str, path: str, **given: Any) -> Answer:
        made.clock.advance(seconds=5)
        return wired[1](method, path, **given)

    return ask


def put(call: Call, setting: str, text: str, **given: Any) -> Answer:
    return call("PUT", f"/settings/{setting}", body={"text": text}, **given)


def lines(change: dict[str, Any]) -> list[str]:
    signs = {"added": "+", "removed": "-", "same": " "}
    return [signs[line["kind"]] + line["text"] for line in change["lines"]]


def test_a_text_is_put_once_and_nobody_overwrites_another(call: Call) -> None:
    first = call("GET", "/settings/terms").json
    assert (first["text"], first["is_put"], first["problem"]) == ("", False, None)
    known = {"If-Match": first["etag"]}
    leo = put(call, "terms", PRODUCTS, headers=known, by="leo@nimbus.example")
    assert (leo.status, leo.json["parsed"]["products"]) == (200, ["Nimbus Plus"])
    mia = put(call, "terms", URGENT, headers=known)
    assert (mia.status, mia.json["etag"]) == (412, leo.json["etag"])
    assert call("GET", "/settings/terms").json["text"] == PRODUCTS
    assert put(call, "terms", URGENT, headers={"If-Match": leo.json["etag"]}).status == 200
    again = put(call, "terms", URGENT)
    assert (again.status, len(call("GET", "/settings/changes").json["items"])) == (200, 2)


@pytest.mark.parametrize(
    ("setting", "text", "told"),
    [
        ("terms", "prodcts = []", "did you mean 'products'?"),
        ("terms", "# nothing at all", "every term would be deleted. If that is meant, write an empty list"),
        ("policy", "", "every default would be put back. If that is meant, write one of them down"),
        ("policy", "[targets]\ncritical = 0", "'targets.critical.minutes' is 0"),
        ("policy", "=", "is not valid TOML"),
        ("brands", "", "it names no brand"),
        ("brands", '[[brands]]\nhandles = ["Nimbus Air"]', "'handles' of brand 1 has 'Nimbus Air'"),
    ],
)
def test_what_cannot_be_used_is_refused_in_the_words_of_the_commands(
    call: Call, setting: str, text: str, told: str
) -> None:
    answer = put(call, setting, text, groups="[admin]")
    assert (answer.status, told in answer.json["detail"]) == (400, True), answer.json["detail"]
    assert call("GET", "/settings/changes").json["items"] == []
    if setting != "brands":
        ask = "backtest" if setting == "terms" else "preview"
        tried = call("POST", f"/settings/{setting}/{ask}", body={"text": text})
        assert tried.status == (200 if "would be" in told else 400)


def test_brands_that_the_terms_do_not_fit_are_refused_and_a_lead_may_not_put_any(call: Call) -> None:
    assert put(call, "terms", '[voices]\nNimbusAir = ["bo"]').status == 200
    answer = put(call, "brands", '[[brands]]\nhandles = ["Zephyr"]', groups="[admin]")
    assert (answer.status, "does not fit the stored terms" in answer.json["detail"]) == (400, True)
    assert put(call, "brands", BRANDS).status == 403
    seen = call("POST", "/settings/brands/preview", body={"text": BRANDS}).json
    assert "New: x#own#Zephyr begins with a baseline: its past alerts nobody." in seen["changes"]
    assert "No longer read: x#search#nimbus air. Its checkpoint is kept." in seen["changes"]
    assert put(call, "brands", BRANDS, groups="[admin]").json["parsed"]["brands"][0]["handles"] == [
        "NimbusAir",
        "Zephyr",
    ]


def test_a_change_says_who_when_and_what_and_is_taken_back(call: Call) -> None:
    put(call, "terms", PRODUCTS, by="leo@nimbus.example")
    put(call, "terms", PRODUCTS + URGENT)
    put(call, "policy", "[targets]\ncritical = 10")
    newest, second, first = call("GET", "/settings/changes").json["items"]
    assert [one["id"] for one in (newest, second, first)] == ["policy-1", "terms-2", "terms-1"]
    assert (first["by"], first["at"], lines(first)) == (
        "leo@nimbus.example",
        "2026-11-21T09:00:05.000Z",
        ["+" + PRODUCTS.strip()],
    )
    assert lines(second) == [" " + PRODUCTS.strip(), "+" + URGENT.strip()]
    back = call("POST", "/settings/changes/terms-2/revert", by="bo@nimbus.example")
    assert (back.status, back.json["text"]) == (200, PRODUCTS)
    (latest, *_) = call("GET", "/settings/changes", setting="terms").json["items"]
    assert (latest["by"], latest["reverts"], lines(latest)) == (
        "bo@nimbus.example",
        "terms-2",
        [" " + PRODUCTS.strip(), "-" + URGENT.strip()],
    )
    assert call("POST", "/settings/changes/policy-1/revert").json["text"] == ""
    assert call("GET", "/settings/policy").json["is_put"] is False
    assert call("POST", "/settings/changes/terms-9/revert").status == 404


def test_brands_are_taken_back_by_admins_alone_to_those_of_the_parameters(call: Call) -> None:
    put(call, "brands", BRANDS, groups="[admin]")
    refused = call("POST", "/settings/changes/brands-1/revert")
    assert (refused.status, refused.json["role_needed"]) == (403, "admin")
    back = call("POST", "/settings/changes/brands-1/revert", groups="[admin]")
    assert back.json["text"] == '[[brands]]\nhandles = ["NimbusAir"]\nsearch_terms = ["nimbus air"]\n'


def test_what_a_release_without_a_log_put_is_logged_with_the_next_change(made: Tables, call: Call) -> None:
    TermsTable(made.client, "SourceTable").write(PRODUCTS, START)
    put(call, "terms", URGENT)
    second, first = call("GET", "/settings/changes").json["items"]
    assert (first["by"], first["at"], lines(first)) == (
        "",
        "2026-11-21T09:00:00.000Z",
        ["+" + PRODUCTS.strip()],
    )
    assert lines(second) == ["-" + PRODUCTS.strip(), "+" + URGENT.strip()]


def test_the_log_keeps_the_last_changes_and_what_the_oldest_of_them_changed(made: Tables, call: Call) -> None:
    for number in range(MOST_CHANGES + 4):
        assert put(call, "terms", f'products = ["Product {number}"]').status == 200
    items = call("GET", "/settings/changes").json["items"]
    assert [one["id"] for one in items] == [f"terms-{number}" for number in range(MOST_CHANGES + 4, 4, -1)]
    assert len(lines(items[-1])) == 2
    assert call("POST", "/settings/changes/terms-3/revert").status == 404


def test_a_stored_text_that_cannot_be_used_is_shown_with_why(made: Tables, call: Call) -> None:
    TermsTable(made.client, "SourceTable").write('products = ["?"]', START)
    shown = call("GET", "/settings/terms").json
    assert (shown["text"], shown["parsed"]) == ('products = ["?"]', None)
    assert "letters or digits" in shown["problem"]


def test_a_long_text_is_taken_and_a_longer_one_refused(call: Call) -> None:
    assert put(call, "terms", PRODUCTS + "# " + "x" * 200_000).status == 200
    answer = put(call, "terms", "# " + "é" * 250_000)
    assert (answer.status, "at most 400 KB" in answer.json["detail"]) == (400, True)


def test_a_backtest_says_who_would_page_newly_and_who_no_longer(made: Tables, call: Call) -> None:
    old = START - timedelta(days=9)
    made.hear(a_mention("71", "@NimbusAir the blue lantern blinks", conversation_id="71", minutes=0), a_judgement())
    made.hear(a_mention("72", "@NimbusAir nice, the green one", conversation_id="72", minutes=0), a_judgement())
    made.hear(a_mention("73", "@NimbusAir a blue lantern", conversation_id="73", created_at=old), a_judgement())
    found = call("POST", "/settings/terms/backtest", body={"text": URGENT}).json
    assert (found["looked_at"], found["complete"], found["newly_count"], found["no_longer_count"]) == (2, True, 1, 0)
    (post,) = found["newly"]
    assert (post["id"], post["severity_after"], post["case_id"]) == ("71", "high", "x-71-7-nimbusair")
    put(call, "terms", URGENT)
    back = call("POST", "/settings/terms/backtest", body={"text": PRODUCTS}).json
    assert ([one["id"] for one in back["no_longer"]], back["newly_count"]) == (["71"], 0)


def test_a_week_under_a_policy_names_who_is_paged_and_when(call: Call) -> None:
    policy = (
        '[ladders.high]\nrungs = [1, 2]\nwaits = [10, 10]\n[[quiet_hours]]\noutside = "office"\n'
        '[calendars.office]\ntimezone = "Europe/London"\ndays = {mon = ["09:00-17:00"]}\n'
    )
    answer = call("POST", "/settings/policy/preview", body={"text": policy, "timezone": "Europe/London"})
    week = answer.json["week"]
    # Four times a day for seven days, for both severities; now is Saturday, nine in the morning.
    assert len(week) == 4 * 7 * 2
    critical, high = week[:2]
    assert (critical["at"], critical["severity"], critical["due_at"]) == (
        "2026-11-21T09:30:00.000Z",
        "critical",
        "2026-11-21T09:45:00.000Z",
    )
    assert critical["waits_for"] is None
    assert (high["waits_for"], [(page["rung"], page["at"]) for page in high["pages"]]) == (
        "office",
        [(1, "2026-11-23T09:00:00.000Z"), (2, "2026-11-23T09:10:00.000Z")],
    )
    assert "'timezone" in str(call("POST", "/settings/policy/preview", body={"text": "", "timezone": "Mars"}).json)


def test_a_change_of_the_roster_is_logged_with_who_made_it_and_can_be_put_again(call: Call) -> None:
    mia = {"name": "Mia Okafor", "phone": "+12025550101"}
    assert call("PUT", "/staff/people/mia", body=mia, by="leo@nimbus.example").status == 200
    times = {"begins": "2026-11-22T09:00:00Z", "ends": "2026-11-22T18:00:00Z"}
    assert call("POST", "/staff/overrides", body={"person": "mia", "rung": 1, **times}).status == 201
    taken_back = call("DELETE", "/staff/overrides", person="mia", rung=1, **times)
    assert (taken_back.status, taken_back.json["overrides"]) == (200, [])
    again = call("DELETE", "/staff/overrides", person="mia", rung=1, **times)
    assert (again.status, "does not stand in" in again.json["detail"]) == (400, True)
    back, stands_in, added = call("GET", "/settings/changes").json["items"]
    assert (added["setting"], added["by"], added["can_revert"]) == ("roster", "leo@nimbus.example", False)
    assert lines(added) == ["+mia: Mia Okafor (agent), +12025550101"]
    assert lines(stands_in)[1:] == ["+Rung 1: mia stands in from 2026-11-22 09:00 to 2026-11-22 18:00 UTC"]
    assert lines(back)[1:] == ["-Rung 1: mia stands in from 2026-11-22 09:00 to 2026-11-22 18:00 UTC"]
    assert call("POST", "/settings/changes/roster-1/revert").status == 404, "there was no roster"
    assert (stands_in["can_revert"], back["can_revert"]) == (True, True)
    stale = call("POST", f"/settings/changes/{back['id']}/revert", headers={"If-Match": '"r.1"'})
    assert stale.status == 412
    as_read = {"If-Match": taken_back.json["etag"]}
    put_back = call("POST", f"/settings/changes/{back['id']}/revert", headers=as_read)
    assert put_back.status == 200, put_back.text
    assert put_back.json["text"].splitlines()[1] == lines(stands_in)[1].removeprefix("+")
    again = call("DELETE", "/staff/overrides", person="mia", rung=1, **times)
    assert (again.status, again.json["overrides"]) == (200, []), "she did stand in again"
    _, newest, *_ = call("GET", "/settings/changes").json["items"]
    assert (newest["reverts"], newest["can_revert"], lines(newest)) == (back["id"], True, lines(stands_in))
