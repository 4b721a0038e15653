"""Templates as CloudFormation gets them: read from a file, from git or from a deployed stack, and expanded by SAM."""

from __future__ import annotations

import json
import logging
import os
import subprocess
from collections.abc import Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml
from botocore.exceptions import BotoCoreError, ClientError
from samtranslator import yaml_helper
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform

from earshot.errors import EarshotError
from infra.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Generator

    from types_boto3_cloudformation import CloudFormationClient

Template = dict[str, Any]
"""CloudFormation's own structure, as JSON has it."""

# It says that it sends no metrics.
logging.getLogger("samtranslator").setLevel(logging.ERROR)

_SAM: Any = yaml_helper
_TRANSFORM: Any = transform
_SECTIONS = ("Resources", "Parameters", "Outputs", "Globals", "Conditions", "Mappings")
_PACKAGED = {"Bucket": "packaged", "Key": "packaged"}
# SAM asks for one, and puts it into nothing that a template of Earshot's has.
_REGION = "us-east-1"


class TemplateError(EarshotError):
    """A template cannot be read or expanded: the message names it and says why."""


def template_at(place: str) -> Template:
    """The template in a file; where there is no such file, ``template.yaml`` as of a revision of git (``v0.2.0``)."""
    file = Path(place)
    if file.is_file():
        try:
            return parse(file.read_text(encoding="utf-8"), place)
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateError(f"{place} cannot be read: {error}") from None
    # What begins with a dash would be an option of git.
    asked = ["git", "show", "--end-of-options", f"{place}:template.yaml"]
    try:
        done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError as error:
        raise TemplateError(
            f"{place} is no file, and git cannot be asked for a revision of that name: {error}"
        ) from None
    if done.returncode != 0:
        raise TemplateError(f"{place} is neither a file nor a revision of git that has a template.yaml.")
    return parse(done.stdout, place)


def parse(text: str, place: str) -> Template:
    """A template from YAML or JSON, with its short forms (``!Ref``) spelled out. TemplateError where it is none."""
    try:
        found = json.loads(json.dumps(_SAM.yaml_parse(text)))
    except (yaml.YAMLError, TypeError, ValueError, RecursionError) as error:
        raise TemplateError(f"{place} is no template: {error}") from None
    if not isinstance(found, dict) or "Resources" not in found:
        raise TemplateError(f"{place} is no template: it has no Resources.")
    template = cast("Template", found)
    for section in _SECTIONS:
        if not isinstance(template.get(section, {}), dict):
            raise TemplateError(f"{place} is no template: its {section} must be names with what they mean.")
    for name, resource in template["Resources"].items():
        if not isinstance(resource, dict) or not isinstance(cast("Template", resource).get("Type"), str):
            raise TemplateError(f"{place} is no template: {name} must have a Type, and below it its Properties.")
        if not isinstance(cast("Template", resource).get("Properties", {}), dict):
            raise TemplateError(f"{place} is no template: the Properties of {name} must be names with values.")
    for name, parameter in template.get("Parameters", {}).items():
        if not isinstance(parameter, dict):
            raise TemplateError(f"{place} is no template: the parameter {name} must have a Type.")
    return template


def deployed_template(cloudformation: CloudFormationClient, stack: str) -> Template:
    """The template of a deployed stack, as SAM has expanded it. TemplateError where it cannot be read."""
    try:
        body: object = cloudformation.get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    except (ClientError, BotoCoreError) as error:
        raise TemplateError(
            f"The template of stack '{stack}' cannot be read ({error}): you need cloudformation:GetTemplate."
        ) from error
    return parse(body if isinstance(body, str) else json.dumps(body), f"The template of stack '{stack}'")


def expanded(template: Template, parameters: Mapping[str, str]) -> Template:
    """The template after SAM's own transform; itself where it declares none. ``parameters`` count before the defaults.

    What is packaged has one location here, whatever is in it. TemplateError where SAM refuses it.
    """
    if "Transform" not in template:
        return template
    source: Template = json.loads(json.dumps(template))
    functions = source.setdefault("Globals", {}).setdefault("Function", {})
    if not isinstance(functions, dict):
        raise TemplateError("SAM refuses the template: its Globals.Function must be names with values.")
    functions["CodeUri"] = _PACKAGED
    for item in source["Resources"].values():
        properties = item.setdefault("Properties", {})
        if item["Type"] == "AWS::Serverless::LayerVersion":
            properties["ContentUri"] = _PACKAGED
        elif item["Type"] == "AWS::Serverless::Function":
            properties.pop("CodeUri", None)
    declared: dict[str, Any] = source.get("Parameters", {})
    given = {name: str(one.get("Default", "given")) for name, one in declared.items()}
    given |= {name: value for name, value in parameters.items() if name in declared}
    try:
        with _a_region():
            return _TRANSFORM(source, given, _NoManagedPolicies())
    except InvalidDocumentException as error:
        causes = "; ".join(str(cause.message) for cause in cast("list[Any]", error.causes))
        raise TemplateError(f"SAM refuses the template: {causes}") from None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # SAM stumbles over some templates in place of refusing them.
        raise TemplateError(f"SAM cannot expand the template ({type(error).__name__}: {error}).") from None


@contextmanager
def _a_region() -> Generator[None]:
    before = os.environ.get("AWS_DEFAULT_REGION")
    os.environ["AWS_DEFAULT_REGION"] = _REGION
    try:
        yield
    finally:
        if before is None:
            del os.environ["AWS_DEFAULT_REGION"]
        else:
            os.environ["AWS_DEFAULT_REGION"] = before


class _NoManagedPolicies:
    """Earshot's templates name no managed policy of AWS, so there are none to look up."""

    def load(self) -> dict[str, str]:
        return {}
