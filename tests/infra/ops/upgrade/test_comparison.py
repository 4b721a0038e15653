"""What `earshot upgrade-check` finds between two templates."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.ops.upgrade.comparison import HOLDS, Finding, Kind, compare, replacing_references

TABLE, QUEUE, LOGS, ROUTE = "AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::Logs::LogGroup", "AWS::ApiGatewayV2::Route"
POOL, API, VERSION = "AWS::Cognito::UserPool", "AWS::ApiGatewayV2::Api", "AWS::Lambda::Version"
FIXED = {
    TABLE: {("TableName",)},
    QUEUE: {("QueueName",)},
    LOGS: {("LogGroupName",)},
    ROUTE: {("ApiId",)},
    API: {("ProtocolType",)},
    VERSION: {("Description",)},
}


def create_only(kind: str) -> frozenset[tuple[str, ...]]:
    return frozenset(FIXED.get(kind, set()))


def a(kind: str, *, policies: bool = True, **properties: Any) -> dict[str, Any]:
    kept = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"} if policies else {}
    return {"Type": kind, "Properties": properties, **kept}


def found(old: dict[str, Any], new: dict[str, Any]) -> list[Finding]:
    return compare({"Resources": old}, {"Resources": new}, create_only)


def kinds(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.kind, finding.what) for finding in findings]


def index(name: str, *keys: str) -> dict[str, Any]:
    return {"IndexName": name, "KeySchema": [*keys], "Projection": {"ProjectionType": "ALL"}}


def test_the_same_template_changes_nothing() -> None:
    resources = {"T": a(TABLE, TableName="t", GlobalSecondaryIndexes=[index("i", "x")])}
    assert found(resources, resources) == []


def test_a_renamed_table_is_lost_and_said_where_its_items_are() -> None:
    (finding,) = found({"Cases": a(TABLE)}, {"Complaints": a(TABLE)})
    assert (finding.kind, finding.what, finding.prevents) == (Kind.LOST, "Cases", True)
    assert "renamed to Complaints" in finding.text
    assert "the new one is empty" in finding.text


@pytest.mark.parametrize("kind", HOLDS)
def test_whatever_holds_data_is_not_removed_without_a_word(kind: str) -> None:
    assert kinds(found({"One": a(kind)}, {})) == [("lost", "One")]


def test_a_create_only_property_replaces_and_takes_along_what_belongs_to_it() -> None:
    old = {"Api": a(API, ProtocolType="HTTP"), "Route": a(ROUTE, ApiId={"Ref": "Api"}, RouteKey="GET /")}
    new = {"Api": a(API, ProtocolType="WEBSOCKET"), "Route": a(ROUTE, ApiId={"Ref": "Api"}, RouteKey="GET /x")}
    findings = found(old, new)
    assert kinds(findings) == [("changed", "Api"), ("changed", "Route")]
    assert "links in alerts" in findings[0].text
    assert "Api, which it belongs to" in findings[1].text
    # What can be changed in place is no finding.
    assert found(old, old | {"Route": new["Route"]}) == []


def test_what_every_deployment_makes_anew_is_no_finding() -> None:
    assert found({"A1": a(VERSION, Description="1")}, {"A2": a(VERSION, Description="2")}) == []


def test_what_keeps_the_name_of_what_goes_is_refused() -> None:
    """CloudFormation would make it while the other is still there."""
    old, new = {"Log": a(LOGS, LogGroupName="/l")}, {"Logs": a(LOGS, LogGroupName="/l")}
    assert kinds(found(old, new)) == [("refused", "Logs"), ("changed", "Log")]
    assert kinds(found(old, {"Logs": a(LOGS, LogGroupName="/m")})) == [("changed", "Log")]
    assert kinds(found({"Log": a(LOGS)}, {"Logs": a(LOGS)})) == [("changed", "Log")]


def test_another_type_under_the_same_id_is_refused() -> None:
    assert kinds(found({"Q": a(QUEUE)}, {"Q": a(TABLE)})) == [("refused", "Q")]


def test_what_a_user_pool_was_made_with_cannot_be_changed() -> None:
    old, new = a(POOL, UsernameAttributes=["email"]), a(POOL, UsernameAttributes=["phone_number"])
    assert kinds(found({"P": old}, {"P": new})) == [("refused", "P")]


@given(st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("abcd")))
def test_an_update_changes_one_index_of_a_table_at_most(before: set[str], after: set[str], other: set[str]) -> None:
    """``other`` are those whose definition is another, which is to delete and to make."""
    old = [index(name, "x") for name in sorted(before)]
    new = [index(name, "y" if name in other else "x") for name in sorted(after)]
    steps = len(before ^ after) + 2 * len(before & after & other)
    expected = [] if steps == 0 else [("changed" if steps == 1 else "refused", "T")]
    old_table, new_table = a(TABLE, GlobalSecondaryIndexes=old), a(TABLE, GlobalSecondaryIndexes=new)
    assert kinds(found({"T": old_table}, {"T": new_table})) == expected


def test_less_protection_than_before_is_a_loss_to_come() -> None:
    old, bare = a(TABLE), a(TABLE, policies=False)
    assert kinds(found({"T": old}, {"T": bare})) == [("lost", "T"), ("lost", "T")]
    assert kinds(found({"T": old}, {"T": old | {"Condition": "HasTable"}})) == [("lost", "T")]
    assert found({"T": bare}, {"T": old}) == []


def test_parameters_and_outputs_that_go_or_have_to_be_given() -> None:
    old = {
        "Resources": {},
        "Parameters": {"Gone": {}, "Hour": {"Default": 8}, "Rate": {"Default": 1, "AllowedValues": [1, 2]}},
        "Outputs": {"Url": {"Value": "u"}, "Shared": {"Value": "s", "Export": {"Name": "shared"}}},
    }
    new = {
        "Resources": {},
        "Parameters": {"Hour": {"Default": 9}, "Rate": {"Default": 1, "AllowedValues": [1]}, "Brand": {}},
        "Outputs": {"Shared": {"Value": "s"}},
    }
    assert kinds(compare(old, new, create_only)) == [
        ("refused", "Brand"),
        ("refused", "Shared"),
        ("changed", "Gone"),
        ("changed", "Hour"),
        ("changed", "Rate"),
        ("changed", "Url"),
    ]


def test_what_replaces_a_resource_by_its_value_is_known() -> None:
    queue = a(QUEUE, QueueName={"Fn::Sub": "${Name}-${AWS::StackName}"}, DelaySeconds={"Ref": "Delay"})
    assert replacing_references(queue, create_only) == {"Name", "AWS::StackName"}
