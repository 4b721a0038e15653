"""Deploying ``template.yaml`` into the embedded cloud: the template that AWS gets, read with SAM's own reader.

What is replaced is what ``sam package`` replaces too: the places of the code. The dependencies are those of this
environment, so the layer is left empty.
"""

import contextlib
import io
import json
import zipfile
from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, WaiterError
from samtranslator.yaml_helper import yaml_parse

from infra.local.engine.engine import Engine, EngineError
from infra.ops.stack import Stack, describe
from infra.paths import ROOT

STACK = "earshot"
BUCKET = "earshot-artifacts"
TRIGGERS = "Events"


def deploy(
    engine: Engine, parameters: Mapping[str, str], *, triggers: bool = True, template: Path | None = None
) -> Stack:
    """Create the stack, or update it where it stands; EngineError tells what the engine refused.

    Without ``triggers`` nothing invokes the functions but whoever deploys: a replay that has a clock of its own.
    """
    url = _packaged(engine, template or ROOT / "template.yaml", triggers)
    cloudformation = engine.client("cloudformation")
    request = {
        "StackName": STACK,
        "TemplateURL": url,
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    exists = _exists(cloudformation)
    try:
        (cloudformation.update_stack if exists else cloudformation.create_stack)(**request)
        waiter = cloudformation.get_waiter("stack_update_complete" if exists else "stack_create_complete")
        waiter.wait(StackName=STACK, WaiterConfig={"Delay": 0.1, "MaxAttempts": 600})
    except ClientError as error:
        if "No updates" not in str(error):
            raise EngineError(f"The embedded cloud refused the template: {error}") from error
    except WaiterError as error:
        raise EngineError(f"The embedded cloud could not deploy the template: {_failures(cloudformation)}") from error
    return describe(cloudformation, STACK)


def read_template(path: Path | None = None) -> dict[str, Any]:
    """The template with its short forms (``!Ref``) spelled out, for the caller to change as they like."""
    return deepcopy(_parse((path or ROOT / "template.yaml").read_text(encoding="utf-8")))


@lru_cache(maxsize=4)
def _parse(text: str) -> dict[str, Any]:
    # A quarter of a second for the whole template, which tests and the embedded cloud read many times.
    return yaml_parse(text)


def _packaged(engine: Engine, path: Path, triggers: bool) -> str:
    """Where the packaged template lies: with more than 51,200 bytes it cannot be sent along, as on AWS."""
    template = read_template(path)
    s3 = engine.client("s3")
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    shared = template.get("Globals", {}).get("Function", {})
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            properties["CodeUri"] = _upload(s3, path.parent / properties.get("CodeUri", shared.get("CodeUri")))
            if not triggers:
                properties.pop(TRIGGERS, None)
        elif resource["Type"] == "AWS::Serverless::LayerVersion":
            properties["ContentUri"] = _upload(s3, None)
        resource.pop("Metadata", None)
    s3.put_object(Bucket=BUCKET, Key="template.json", Body=json.dumps(template).encode())
    return f"{engine.url}/{BUCKET}/template.json"


def _upload(s3: Any, folder: Path | None) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.rglob("*")) if folder else ():
            if file.is_file() and "__pycache__" not in file.parts and not file.match("*.egg-info/*"):
                packed.write(file, file.relative_to(folder))
        if folder is None:
            packed.writestr("python/EMPTY", "The embedded cloud uses the packages of this environment.\n")
    key = f"{folder.name if folder else 'layer'}.zip"
    s3.put_object(Bucket=BUCKET, Key=key, Body=archive.getvalue())
    return f"s3://{BUCKET}/{key}"


def _exists(cloudformation: Any) -> bool:
    try:
        return bool(cloudformation.describe_stacks(StackName=STACK)["Stacks"])
    except ClientError:
        return False


def _failures(cloudformation: Any) -> str:
    events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    reasons = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in events
        if event["ResourceStatus"].endswith("FAILED")
    ]
    return "; ".join(reasons) or "no reason given"
