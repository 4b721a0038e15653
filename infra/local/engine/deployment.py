"""Deploys ``template.yaml`` into the embedded cloud: the template that AWS gets, read with SAM's own parser.

Only what differs on this machine is replaced: the locations of the code, as ``sam package`` does; that of the encoder's
weights, which are read from the checkout; the switch that lets feeds of this machine be read; and the address of the
API, whose host name would resolve nowhere here. The dependencies are those of this environment, so the layers are left
empty.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

from earshot.triage.encoder.encoder import WEIGHTS_FILE
from infra.local.engine.engine import REGION, Engine, EngineError
from infra.ops.stack import Stack, describe
from infra.paths import ROOT
from infra.template_yaml import parse_template

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import WaiterConfigTypeDef
    from types_boto3_s3 import S3Client

Template = dict[str, Any]
"""CloudFormation's own structure, as YAML has it."""

STACK = "earshot"
BUCKET = "earshot-artifacts"
TRIGGERS = "Events"
# The API's address as the template has it, and as the emulator serves it: by path.
_API_ENDPOINT = "HttpApi.ApiEndpoint"
_API_PATH = "/_aws/execute-api/${HttpApi}/%24default"
_WEIGHTS = "ENCODER_WEIGHTS"
_LOOPBACK = "FEED_LOOPBACK"
# What `sam build` leaves out as well.
_LEFT_OUT = ("__pycache__/*", "*.egg-info/*", "encoder/weights.npz")
# The engine deploys within seconds; boto3's own wait between two looks is 30 s.
_WAIT = cast("WaiterConfigTypeDef", {"Delay": 0.1, "MaxAttempts": 600})
# On a busy machine the engine takes its time, and a request that is sent again finds that the stack exists.
_PATIENT = Config(read_timeout=600, retries={"total_max_attempts": 1})


def deploy(
    engine: Engine,
    parameters: Mapping[str, str],
    *,
    name: str = STACK,
    triggers: bool = True,
    template: Path | None = None,
) -> Stack:
    """Create the stack ``name``, or update it where there is one. EngineError says what the engine refused.

    Without ``triggers`` no schedule, queue or stream invokes the functions: for a replay, with a clock of its own.
    """
    url, code = _packaged(engine, template or ROOT / "template.yaml", triggers)
    cloudformation = engine.client("cloudformation", config=_PATIENT)
    request: dict[str, object] = {
        "StackName": name,
        "TemplateURL": url,
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    exists = _exists(cloudformation, name)
    try:
        put = cast("Callable[..., object]", cloudformation.update_stack if exists else cloudformation.create_stack)
        put(**request)
        if exists:
            cloudformation.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig=_WAIT)
        else:
            cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=_WAIT)
    except ClientError as error:
        if "No updates" not in str(error):
            raise EngineError(f"The embedded cloud refused the template: {error}") from error
    except WaiterError as error:
        raise EngineError(
            f"The embedded cloud could not deploy the template: {_failures(cloudformation, name)}"
        ) from error
    _remove_old_code(engine.client("s3"), code)
    return describe(cloudformation, name)


def read_template(path: Path | None = None) -> Template:
    """The template with its short forms (``!Ref``) spelled out; the caller may change it."""
    return deepcopy(_parse((path or ROOT / "template.yaml").read_text(encoding="utf-8")))


@lru_cache(maxsize=4)
def _parse(text: str) -> Template:
    return parse_template(text)


def _packaged(engine: Engine, path: Path, triggers: bool) -> tuple[str, set[str]]:
    """Upload the packaged template; returns its URL, and the locations of the code.

    With more than 51,200 bytes it cannot be in the request, as on AWS.
    """
    template = read_template(path)
    s3 = engine.client("s3")
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    template = _with_api_at(template, engine.url + _API_PATH)
    code: set[str] = set()
    # All functions have one folder, and to pack it ten times took half of the deployment.
    upload = cache(partial(_upload, s3))
    shared = template.get("Globals", {}).get("Function", {})
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            properties["CodeUri"] = upload(path.parent / properties.get("CodeUri", shared.get("CodeUri")))
            code.add(properties["CodeUri"])
            variables: dict[str, object] = properties.get("Environment", {}).get("Variables", {})
            if _WEIGHTS in variables:
                variables[_WEIGHTS] = str(WEIGHTS_FILE.resolve())
            if _LOOPBACK in variables:
                variables[_LOOPBACK] = "on"
            if not triggers:
                properties.pop(TRIGGERS, None)
        elif resource["Type"] == "AWS::Serverless::LayerVersion":
            properties["ContentUri"] = upload(None)
            code.add(properties["ContentUri"])
        resource.pop("Metadata", None)
    s3.put_object(Bucket=BUCKET, Key="template.json", Body=json.dumps(template).encode())
    return f"{engine.url}/{BUCKET}/template.json", code


def _with_api_at(part: Any, address: str) -> Any:
    """The template, or a part of it, with ``address`` wherever it names the address of the API."""
    if isinstance(part, dict):
        one = cast("Template", part)
        if one == {"Fn::GetAtt": _API_ENDPOINT.split(".")}:
            return {"Fn::Sub": address}
        return {name: _with_api_at(each, address) for name, each in one.items()}
    if isinstance(part, list):
        return [_with_api_at(each, address) for each in cast("list[Any]", part)]
    return part.replace(f"${{{_API_ENDPOINT}}}", address) if isinstance(part, str) else part


def _upload(s3: S3Client, folder: Path | None) -> str:
    """Upload a folder, or an empty layer, under a name made from what is in it: CloudFormation updates by the name."""
    archive, content = io.BytesIO(), hashlib.sha256()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        if folder is None:
            packed.writestr("python/EMPTY", "The embedded cloud uses the packages of this environment.\n")
        else:
            for file in sorted(folder.rglob("*")):
                if file.is_file() and not any(map(file.match, _LEFT_OUT)):
                    packed.write(file, file.relative_to(folder))
                    content.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    key = f"{folder.name if folder else 'layer'}-{content.hexdigest()[:16]}.zip"
    s3.put_object(Bucket=BUCKET, Key=key, Body=archive.getvalue())
    return f"s3://{BUCKET}/{key}"


def _remove_old_code(s3: S3Client, used: set[str]) -> None:
    """Remove the code of earlier deployments."""
    for stored in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        key = stored.get("Key", "")
        if key.endswith(".zip") and f"s3://{BUCKET}/{key}" not in used:
            s3.delete_object(Bucket=BUCKET, Key=key)


def _exists(cloudformation: CloudFormationClient, name: str) -> bool:
    try:
        return bool(cloudformation.describe_stacks(StackName=name)["Stacks"])
    except ClientError:
        return False


def _failures(cloudformation: CloudFormationClient, name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    reasons = [
        f"{event.get('LogicalResourceId')}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in events
        if event.get("ResourceStatus", "").endswith("FAILED")
    ]
    return "; ".join(reasons) or "no reason given"
