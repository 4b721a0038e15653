"""The list of targets: valid ones are used, invalid ones are named, and nothing from the secret is quoted."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.alerting.webhooks.targets import MAX_TARGETS, TargetKind, read_targets
from tests.alerting.webhooks.receiver import SECRET

SLACK = {"kind": "slack", "url": "https://hooks.slack.com/services/T0/B0/Z0"}
TEAMS = {"kind": "teams", "url": "https://prod-1.westeurope.logic.azure.com:443/workflows/1?sig=Z0"}
WEBHOOK = {"kind": "webhook", "url": "https://example.com/earshot", "secret": SECRET}


def test_each_kind_is_read():
    targets = read_targets(json.dumps([SLACK, TEAMS, WEBHOOK]))
    assert [(one.kind, one.url, one.secret, one.place) for one in targets.usable] == [
        (TargetKind.SLACK, SLACK["url"], "", 1),
        (TargetKind.TEAMS, TEAMS["url"], "", 2),
        (TargetKind.WEBHOOK, WEBHOOK["url"], SECRET, 3),
    ]
    assert targets.faults == ()


@pytest.mark.parametrize("text", ["", "  \n", "[]", " [ ] "])
def test_an_empty_secret_names_nobody_and_is_no_fault(text):
    targets = read_targets(text)
    assert (targets.usable, targets.faults) == ((), ())


@pytest.mark.parametrize(
    "text", ["{", "https://example.com/Z0", '{"kind": "slack"}', '"Z0"', "null", "7", "[" * 100_000]
)
def test_a_secret_that_is_no_list_is_a_fault(text):
    targets = read_targets(text)
    (fault,) = targets.faults
    assert targets.usable == ()
    assert "store a list of targets, [] for none" in fault
    assert "Z0" not in fault


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        ("https://hooks.slack.com/Z0", "is not an object"),
        (SLACK | {"kind": "slak-Z0"}, "'kind' other than"),
        (SLACK | {"kind": ["slack"]}, "'kind' other than"),
        ({"kind": "slack"}, "'url'"),
        (SLACK | {"url": 7}, "'url'"),
        (SLACK | {"url": "http://hooks.slack.com/Z0"}, "not an https:// address"),
        (SLACK | {"url": "http://localhost.evil.example/Z0"}, "not an https:// address"),
        (SLACK | {"url": "ftp://127.0.0.1/Z0"}, "not an https:// address"),
        (SLACK | {"url": "https:///Z0"}, "not an https:// address"),
        (SLACK | {"url": "https://user:Z0@example.com/"}, "without a user"),
        (SLACK | {"url": "https://example.com/Z0 0"}, "not an https:// address"),
        (SLACK | {"url": "https://example.com/Z0\n"}, "not an https:// address"),
        (SLACK | {"url": "https://example.com:99999/Z0"}, "not an https:// address"),
        (SLACK | {"url": "https://[example.com/Z0"}, "not an https:// address"),
        (WEBHOOK | {"secret": ""}, "openssl rand -base64 32"),
        (WEBHOOK | {"secret": "Z0"}, "openssl rand -base64 32"),
        (WEBHOOK | {"secret": "whsec_Z0Z0"}, "openssl rand -base64 32"),
        (WEBHOOK | {"secret": "whsec_Z0 not base64"}, "openssl rand -base64 32"),
        (WEBHOOK | {"secret": 7}, "openssl rand -base64 32"),
    ],
)
def test_a_target_that_cannot_be_used_is_named_by_its_place_and_the_others_are_used(entry, wrong):
    targets = read_targets(json.dumps([SLACK, entry]))
    (fault,) = targets.faults
    assert fault.startswith("Target 2 ")
    assert wrong in fault
    assert "Z0" not in fault
    assert [one.url for one in targets.usable] == [SLACK["url"]]


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080"])
def test_this_machine_may_be_reached_without_a_certificate(host):
    (target,) = read_targets(json.dumps([SLACK | {"url": f"http://{host}/hook"}])).usable
    assert target.url == f"http://{host}/hook"


def test_an_address_that_is_listed_twice_gets_an_alert_once():
    assert len(read_targets(json.dumps([SLACK, SLACK, TEAMS])).usable) == 2


def test_what_goes_beyond_the_most_is_told_of():
    targets = read_targets(json.dumps([SLACK | {"url": f"https://example.com/{n}"} for n in range(MAX_TARGETS + 1)]))
    assert len(targets.usable) == MAX_TARGETS
    assert len(targets.faults) == 1


def test_a_target_is_told_apart_without_giving_it_away():
    first, second = read_targets(json.dumps([WEBHOOK, TEAMS])).usable
    assert first.label.startswith("webhook target 1 (")
    assert first.hash != second.hash
    for shown in (repr(first), str(first), first.label):
        assert "example.com" not in shown
        assert SECRET not in shown


def test_a_target_that_moves_in_the_list_is_still_the_same():
    (alone,) = read_targets(json.dumps([WEBHOOK])).usable
    _, moved = read_targets(json.dumps([SLACK, WEBHOOK | {"secret": "whsec_" + "A" * 32}])).usable
    assert alone.hash == moved.hash


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["kind", "url", "secret"]), inner | st.sampled_from(["slack", "https://example.com"])
)))  # fmt: skip
def test_whatever_the_secret_holds_is_read_without_a_crash(value):
    targets = read_targets(json.dumps(value))
    assert all(one.url.startswith(("https://", "http://")) for one in targets.usable)
