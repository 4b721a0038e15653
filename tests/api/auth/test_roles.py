"""Who may do what: every route is asked by every group, and by somebody in none. The routes come from the resolver."""

import re
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

import api
from earshot.api.auth.roles import Role, role_of
from earshot.api.resolver import DeclaredRoute, StaffResolver
from earshot.api.responses import json_responses
from earshot.api.routes import whole_app
from tests.api.fakes import ENVIRON, Answer, an_event, answer_of, create_link_secret, tables
from tests.fakes import CASE

# In order: each may do all that the one before it may.
LADDER = (None, *Role)
ROUTES = whole_app().declared_routes


@pytest.fixture(scope="module")
def handler() -> Iterator[Any]:
    with tables() as made:
        topic = boto3.client("sns").create_topic(Name="alerts")["TopicArn"]
        create_link_secret()
        yield api.build(ENVIRON | {"ALERT_TOPIC_ARN": topic}, made.clock)


def ask(handler: Any, method: str, path: str, group: Role | None, **given: Any) -> Answer:
    groups = None if group is None else f"[{group}]"
    return answer_of(handler, an_event(method, path, groups=groups, **given))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.rule}")
@pytest.mark.parametrize("group", LADDER)
def test_a_route_lets_in_who_may_and_nobody_else(handler: Any, route: DeclaredRoute, group: Role | None) -> None:
    path = re.sub("<[^>]+>", "1", route.rule)
    answer = ask(handler, route.method, path, group, body=None if route.method == "GET" else {})
    if LADDER.index(group) >= LADDER.index(route.role):
        # What is asked for is not there, or no field is given: but it is looked at.
        assert answer.status not in {401, 403, 405}
        return
    assert answer.status == 403
    assert answer.json["type"] == "urn:earshot:problem:not-allowed"
    assert answer.json["role_needed"] == route.role
    assert f"needs '{route.role}'" in answer.json["detail"]
    assert "Cognito" in answer.json["detail"]


@pytest.mark.parametrize("group", LADDER)
def test_everybody_is_told_what_they_may(handler: Any, group: Role | None) -> None:
    answer = ask(handler, "GET", "/me", group, by="mia@nimbus.example")
    may = {route.operation_id for route in ROUTES if LADDER.index(group) >= LADDER.index(route.role)}
    assert answer.json == {
        "who": "mia@nimbus.example",
        "names": ["mia@nimbus.example"],
        "role": group,
        "brands": ["NimbusAir"],
        "permissions": sorted(may),
    }


def test_only_who_somebody_is_is_told_to_those_in_no_group() -> None:
    assert [route.operation_id for route in ROUTES if route.role is None] == ["show_me"]


def test_who_may_not_learns_nothing_of_what_they_asked(handler: Any) -> None:
    """Not whether the case is there, nor whether the body would have done."""
    path = f"/cases/{CASE}/snooze"
    refused = [ask(handler, "POST", path, Role.VIEWER, body=body) for body in ({}, {"minutes": 1})]
    assert [answer.status for answer in refused] == [403, 403]


def test_a_route_that_does_not_say_who_may_call_it_cannot_be_registered() -> None:
    resolver = StaffResolver()
    for register in (resolver.get, resolver.post, resolver.put, resolver.delete, resolver.patch, resolver.head):
        with pytest.raises(TypeError):
            register("/open", operation_id="open", responses=json_responses(dict))(dict)
    assert resolver.declared_routes == []


@pytest.mark.parametrize(
    ("claim", "group"),
    [
        ("[lead agent]", Role.LEAD),
        ("[agent lead]", Role.LEAD),
        ("[viewer]", Role.VIEWER),
        ("agent", Role.AGENT),
        (["viewer", "admin"], Role.ADMIN),
        ("[eu-west-1_AbCdEf_Okta agent]", Role.AGENT),
        ("[]", None),
        ("", None),
        ([], None),
        (None, None),
        (7, None),
        ({"admin": True}, None),
        ([["admin"], 7], None),
        # Names that look like ours, of groups that are not: Cognito allows every sign in a name but space.
        ("[Admin leads]", None),
        ("[viewer,admin]", None),
        ("[[admin]]", None),
        ("[x[admin]]", None),
    ],
)
def test_the_strongest_group_counts_in_either_form_of_the_claim(claim: Any, group: Role | None) -> None:
    assert role_of({"cognito:groups": claim}) is group
    assert role_of({}) is None
