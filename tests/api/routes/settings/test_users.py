"""Accounts over the API: invited, changed and disabled by admins, who cannot lock themselves out."""

from collections.abc import Iterator

import pytest

import api
from tests.api.fakes import ENVIRON, Answer, Call, Tables, call_on, tables

pytestmark = pytest.mark.slow

BO, MIA = "bo@nimbus.example", "mia@nimbus.example"


@pytest.fixture(scope="module")
def wired() -> Iterator[tuple[Tables, Call]]:
    with tables() as made:
        call = call_on(api.build(ENVIRON, made.clock))

        def as_admin(method: str, path: str, **given: object) -> Answer:
            return call(method, path, **{"groups": "[admin]", "by": MIA, **given})

        yield made, as_admin


@pytest.fixture
def made(wired: tuple[Tables, Call]) -> Tables:
    wired[0].users.accounts.clear()
    wired[0].users.mailed.clear()
    return wired[0]


def test_somebody_is_invited_changed_disabled_and_asked_for_a_new_password(
    made: Tables, wired: tuple[Tables, Call]
) -> None:
    call = wired[1]
    invited = call("POST", "/users", body={"email": BO, "role": "agent"})
    assert (invited.status, invited.json["role"], invited.json["state"]) == (201, "agent", "has a temporary password")
    assert made.users.mailed == [BO]
    lead = call("PUT", f"/users/{BO}", body={"role": "lead"}).json
    assert (lead["role"], lead["is_enabled"], made.users.accounts[BO]["groups"]) == ("lead", True, {"lead"})
    assert call("PUT", f"/users/{BO}", body={"role": "lead", "enabled": False}).json["state"] == "disabled"
    nobody = call("PUT", f"/users/{BO}", body={"role": None}).json
    assert (nobody["role"], nobody["is_enabled"]) == (None, True)
    assert call("POST", f"/users/{BO}/reset").status == 200
    assert made.users.mailed == [BO, BO], "who never signed in is invited again"
    made.users.accounts[BO]["status"] = "CONFIRMED"
    assert call("POST", f"/users/{BO}/reset").json["state"] == "has to choose a new password"
    assert [one["email"] for one in call("GET", "/users").json["items"]] == [BO]


def test_what_cannot_be_done_is_refused_with_the_remedy(made: Tables, wired: tuple[Tables, Call]) -> None:
    call = wired[1]
    call("POST", "/users", body={"email": BO, "role": "agent"})
    twice = call("POST", "/users", body={"email": BO, "role": "admin"})
    assert (twice.status, "has an account already" in twice.json["detail"]) == (409, True)
    assert made.users.accounts[BO]["groups"] == {"agent"}
    assert call("POST", "/users", body={"email": "bo, mia", "role": "agent"}).status == 400
    assert call("POST", "/users", body={"email": BO, "role": "king"}).status == 400
    unknown = call("PUT", "/users/cy@nimbus.example", body={"role": "lead"})
    assert (unknown.status, "has no account" in unknown.json["detail"]) == (404, True)
    call("POST", "/users", body={"email": MIA, "role": "admin"})
    mine = f"/users/sub-of-{MIA}"
    own = [
        call("PUT", f"/users/{MIA}", body={"role": None}),
        call("POST", f"/users/{MIA}/reset"),
        call("PUT", mine, body={"role": None}),
        call("POST", f"{mine}/reset"),
    ]
    assert [(one.status, "another admin" in one.json["detail"]) for one in own] == [(409, True)] * 4
    assert made.users.accounts[MIA]["groups"] == {"admin"}
