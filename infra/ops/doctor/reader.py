"""Whether the account may ask the language model that a stack names as its reader. Asking costs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from botocore.exceptions import ClientError

from earshot.reports.doctor.finding import Finding, ok, warning
from infra.aws_session import AwsSession

CHECK = "reader"
# Ids of inference profiles begin with where they send a request.
_PROFILES = ("global.", "us.", "eu.", "apac.", "us-gov.", "jp.", "au.", "ca.")
_REMEDY = "Open it once in Bedrock's console (Model catalog), or name another: earshot deploy --set ReaderModelId=ID"


def check_availability(model: str, status: Mapping[str, Any]) -> Iterator[Finding]:
    """A finding for a model, by Bedrock's answer to GetFoundationModelAvailability."""
    stated = {
        "its terms are not accepted": status.get("agreementAvailability", {}).get("status") == "AVAILABLE",
        "the account is not authorised": status.get("authorizationStatus") == "AUTHORIZED",
        "the account is not entitled": status.get("entitlementAvailability") == "AVAILABLE",
        "the region does not have it": status.get("regionAvailability") == "AVAILABLE",
    }
    missing = [what for what, holds in stated.items() if not holds]
    if missing:
        yield warning(CHECK, f"{model} does not answer: {'; '.join(missing)}. Posts are judged without it", _REMEDY)
    else:
        yield ok(CHECK, f"The account may ask {model}")


def look_at_reader(session: AwsSession, model: str) -> Iterator[Finding]:
    """Ask Bedrock about a model or an inference profile. ClientError and BotoCoreError where it does not answer."""
    # There are no stubs of Bedrock's control plane.
    bedrock = cast(Any, session).client("bedrock")
    base = model
    try:
        if model.startswith(_PROFILES):
            profile = bedrock.get_inference_profile(inferenceProfileIdentifier=model)
            base = profile["models"][0]["modelArn"].rpartition("/")[2]
        status = bedrock.get_foundation_model_availability(modelId=base)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in ("ResourceNotFoundException", "ValidationException"):
            raise
        yield warning(CHECK, f"Bedrock knows no {model} in this region. Posts are judged without it", _REMEDY)
        return
    yield from check_availability(model, status)
