"""Two expanded templates: what a deployment of the new one over a stack of the old one would do to what exists.

CloudFormation says so itself in a change set, but only for a stack that is there, and not what is lost.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Any, cast

from infra.ops.upgrade.schemas import REFUSED, CreateOnly
from infra.ops.upgrade.templates import Template

# What the old resource holds that a new one of its kind does not have.
HOLDS = {
    "AWS::Cognito::UserPool": "the accounts of staff; they stay in the old pool, and nobody can sign in to the new one",
    "AWS::DynamoDB::Table": "all that is stored; it stays in the old table, and the new one is empty",
    "AWS::KMS::Key": "what was encrypted with it",
    "AWS::SNS::Topic": "the mailboxes that people confirmed: nobody is alerted by email until they confirm again",
    "AWS::SQS::Queue": "the messages in it",
    "AWS::SecretsManager::Secret": "its value, which has to be set again",
}
# What changes for people or programs, though nothing is lost.
CHANGES = {
    "AWS::ApiGatewayV2::Api": "the address of console and API, and the links in alerts",
    "AWS::Cognito::UserPoolClient": "the client's id: staff and programs sign in again",
    "AWS::Cognito::UserPoolDomain": "the address at which staff sign in",
    "AWS::Lambda::EventSourceMapping": "its place in the stream: the last 24 hours are read again",
    "AWS::Logs::LogGroup": "the logs of before",
    "AWS::SNS::Subscription": "its confirmation, where it is of an email address",
}
# Each deployment makes these anew, or at once in place of the old, without anybody noticing.
_REPLACED_BY_DESIGN = {
    "AWS::AppConfig::HostedConfigurationVersion",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
}
_TABLE = "AWS::DynamoDB::Table"
_ONE_INDEX = "An update changes one: deploy them one after the other."


class Kind(StrEnum):
    """What a finding means for whoever deploys."""

    LOST = "lost"
    REFUSED = "refused"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the deployment would do. ``what`` is a logical id, a parameter or an output."""

    kind: Kind
    what: str
    text: str

    @property
    def prevents(self) -> bool:
        """Whether it is a reason not to deploy."""
        return self.kind is not Kind.CHANGED


def compare(old: Template, new: Template, create_only: CreateOnly) -> list[Finding]:
    """The findings, what is lost first. Both templates are as CloudFormation gets them."""
    parts = (
        _removed(old["Resources"], new["Resources"]),
        _same_names(old["Resources"], new["Resources"], create_only),
        _replaced(old["Resources"], new["Resources"], create_only),
        _indexes(old["Resources"], new["Resources"]),
        _weakened(old["Resources"], new["Resources"]),
        _parameters(old.get("Parameters", {}), new.get("Parameters", {})),
        _outputs(old.get("Outputs", {}), new.get("Outputs", {})),
    )
    order = list(Kind)
    return sorted(chain.from_iterable(parts), key=lambda finding: (order.index(finding.kind), finding.what))


def references(part: Any) -> set[str]:
    """Every logical id and parameter that a part of a template names, by Ref, GetAtt or Sub."""
    found: set[str] = set()
    if isinstance(part, list):
        return found.union(*map(references, cast("list[Any]", part)))
    if not isinstance(part, dict):
        return found
    for name, inner in cast("dict[str, Any]", part).items():
        if name == "Ref":
            found.add(str(inner))
        elif name == "Fn::GetAtt":
            found.add(_first(inner).split(".")[0])
        elif name == "Fn::Sub":
            found.update(one.split(".")[0] for one in re.findall(r"\$\{([\w:.]+)\}", _first(inner)))
        found |= references(inner)
    return found


def _first(part: Any) -> str:
    return str(cast("list[Any]", part)[0] if isinstance(part, list) else part)


def replacing_references(resource: Mapping[str, Any], create_only: CreateOnly) -> set[str]:
    """What a resource's create-only properties name: where its value changes, the resource is replaced."""
    return references([_at(resource, path) for path in create_only(resource["Type"])])


def _removed(old: Template, new: Template) -> Iterator[Finding]:
    for name in old.keys() - new.keys():
        kind = old[name]["Type"]
        alike = sorted(one for one in new.keys() - old.keys() if new[one]["Type"] == kind)
        done = f"is renamed to {' or '.join(alike)}, which makes a new {kind}" if alike else f"is removed ({kind})"
        yield from _finding_of(name, kind, done)


def _same_names(old: Template, new: Template, create_only: CreateOnly) -> Iterator[Finding]:
    """What cannot be made while the old one has its name: CloudFormation makes first, and deletes at the end."""
    for name in new.keys() - old.keys():
        kind = new[name]["Type"]
        own = {("Name",), (f"{kind.rpartition('::')[2]}Name",)} & create_only(kind)
        gone = (one for one in old.keys() - new.keys() if old[one]["Type"] == kind not in _REPLACED_BY_DESIGN)
        wanted = [(path, named) for path in own if (named := _at(new[name], path)) is not None]
        if taken := sorted(one for one in gone if any(_at(old[one], path) == named for path, named in wanted)):
            yield Finding(Kind.REFUSED, name, f"has the name of {taken[0]}, which is deleted only afterwards.")


def _replaced(old: Template, new: Template, create_only: CreateOnly) -> Iterator[Finding]:
    both = sorted(old.keys() & new.keys())
    why: dict[str, str] = {}
    for name in both:
        before, after = old[name], new[name]
        if before["Type"] != after["Type"]:
            yield Finding(Kind.REFUSED, name, f"changes its type from {before['Type']} to {after['Type']}: rename it.")
            continue
        for path in sorted(REFUSED.get(before["Type"], ())):
            if _at(before, path) != _at(after, path):
                yield Finding(Kind.REFUSED, name, f"cannot change its {'.'.join(path)}: AWS offers no update of it.")
        changed = [path for path in sorted(create_only(before["Type"])) if _at(before, path) != _at(after, path)]
        if changed:
            why[name] = f"its {'.'.join(changed[0])} cannot be changed in place"
    # What names a replaced resource where it cannot be changed is replaced as well.
    before_pass = -1
    while before_pass != len(why):
        before_pass = len(why)
        for name in both:
            if name not in why and old[name]["Type"] == new[name]["Type"]:
                named = replacing_references(new[name], create_only) & why.keys()
                if named:
                    why[name] = f"{min(named)}, which it belongs to, is replaced"
    for name, reason in why.items():
        yield from _finding_of(name, new[name]["Type"], f"is replaced, for {reason}")


def _finding_of(name: str, kind: str, done: str) -> Iterator[Finding]:
    if kind in HOLDS:
        yield Finding(Kind.LOST, name, f"{done}. Lost: {HOLDS[kind]}.")
    elif kind not in _REPLACED_BY_DESIGN:
        changes = f" What changes: {CHANGES[kind]}." if kind in CHANGES else ""
        yield Finding(Kind.CHANGED, name, f"{done}.{changes}")


def _indexes(old: Template, new: Template) -> Iterator[Finding]:
    """CloudFormation makes or deletes one index of a table in an update; another definition is both."""
    for name in old.keys() & new.keys():
        if not old[name]["Type"] == new[name]["Type"] == _TABLE:
            continue
        before, after = _indexes_of(old[name]), _indexes_of(new[name])
        steps = [
            *(f"delete {one}" for one in sorted(before) if before[one] != after.get(one)),
            *(f"make {one}" for one in sorted(after) if after[one] != before.get(one)),
        ]
        if len(steps) > 1:
            yield Finding(Kind.REFUSED, name, f"has more than one index to change: {', '.join(steps)}. {_ONE_INDEX}")
        elif steps:
            yield Finding(Kind.CHANGED, name, f"has an index to {steps[0]}; until it is made, what reads it fails.")


def _indexes_of(table: Mapping[str, Any]) -> dict[str, str]:
    listed: list[dict[str, Any]] = table.get("Properties", {}).get("GlobalSecondaryIndexes", [])
    return {
        one["IndexName"]: json.dumps([one.get("KeySchema"), one.get("Projection")], sort_keys=True) for one in listed
    }


def _weakened(old: Template, new: Template) -> Iterator[Finding]:
    """What holds data and is less protected than before, or made only on a condition."""
    for name in old.keys() & new.keys():
        if new[name]["Type"] not in HOLDS:
            continue
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            before, after = old[name].get(policy, "Delete"), new[name].get(policy, "Delete")
            if before != after == "Delete":
                yield Finding(Kind.LOST, name, f"no longer has {policy} {before}: it would be deleted with its data.")
        condition = new[name].get("Condition")
        if condition is not None and condition != old[name].get("Condition"):
            yield Finding(
                Kind.LOST, name, f"is there only on condition {condition}: where that does not hold, it goes."
            )


def _parameters(old: Template, new: Template) -> Iterator[Finding]:
    for name in old.keys() - new.keys():
        yield Finding(
            Kind.CHANGED, name, "is a parameter no longer: its value is forgotten, and naming it is an error."
        )
    for name in new.keys() - old.keys():
        if "Default" not in new[name]:
            yield Finding(Kind.REFUSED, name, "is a new parameter without a default: the deployment has to name it.")
    for name in old.keys() & new.keys():
        before, after = old[name].get("Default"), new[name].get("Default")
        if before is not None and after is None:
            yield Finding(Kind.CHANGED, name, "has no default any more; a stack that exists keeps its value.")
        elif before != after:
            yield Finding(Kind.CHANGED, name, f"has the default {after!r}; a stack that exists keeps {before!r}.")
        for rule in ("AllowedValues", "AllowedPattern", "MinValue", "MaxValue", "MaxLength", "MinLength"):
            if rule in new[name] and old[name].get(rule) != new[name][rule]:
                yield Finding(
                    Kind.CHANGED, name, f"has another {rule}: a stack whose value breaks it has to change it."
                )


def _outputs(old: Template, new: Template) -> Iterator[Finding]:
    for name in old:
        before, after = old[name].get("Export"), new.get(name, {}).get("Export")
        if before is not None and before != after:
            yield Finding(Kind.REFUSED, name, "is no longer exported as before: a stack that imports it forbids that.")
        elif name not in new:
            yield Finding(Kind.CHANGED, name, "is an output no longer: scripts that read it fail.")


def _at(resource: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = resource.get("Properties", {})
    for name in path:
        value = cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else None
    return value
