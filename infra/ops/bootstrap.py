"""The parts of a deployed stack, wired by the functions' own ``Bootstrap`` from what the stack says of itself."""

from typing import cast

from earshot.aws.clients import MakeClient
from earshot.bootstrap import Bootstrap
from earshot.runtime import Clock, utc_now
from infra.aws_session import AwsSession
from infra.ops.stack import Stack

CASE_TABLE, SOURCE_TABLE, ALERT_TOPIC = "CaseTableName", "SourceTableName", "AlertTopicArn"
# The settings of the functions that are outputs of the stack, and those that are its parameters.
_OUTPUTS = {
    "CASE_TABLE": CASE_TABLE,
    "SOURCE_TABLE": SOURCE_TABLE,
    "ALERT_TOPIC_ARN": ALERT_TOPIC,
    "MENTION_QUEUE_URL": "MentionQueueUrl",
    "RETENTION_DAYS": "RetentionDays",
}
_PARAMETERS = {
    "BRAND_HANDLES": "BrandHandles",
    "SEARCH_TERMS": "SearchTerms",
    "SMS_MAX_PRICE": "SmsMaxPrice",
    "RETENTION_BY_SOURCE": "RetentionBySource",
}


def wire(session: AwsSession, stack: Stack, *needed: str) -> Bootstrap:
    """Tables, queue and topic of a stack. StackError where one of the ``needed`` outputs is missing."""
    for output in needed:
        stack.output(output)
    environ = {setting: stack.outputs[output] for setting, output in _OUTPUTS.items() if output in stack.outputs}
    for setting, parameter in _PARAMETERS.items():
        environ[setting] = stack.parameters.get(parameter, "")
    environ["RUNG_EMAILS"], environ["RUNG_PHONES"] = _by_rung(stack, "Email"), _by_rung(stack, "Phone")
    return Bootstrap(environ, make_client=_make_client(session))


def wire_as(function: str, session: AwsSession, stack: Stack, clock: Clock = utc_now) -> Bootstrap:
    """The parts of a deployed function (``DigestFunction``), with all of its settings.

    StackError where the stack has no such function.
    """
    name = stack.function(function)
    configuration = session.client("lambda").get_function_configuration(FunctionName=name)
    environ = dict(configuration.get("Environment", {}).get("Variables", {}))
    return Bootstrap(environ, clock, make_client=_make_client(session))


def _by_rung(stack: Stack, kind: str) -> str:
    """The addresses of the parameters, as the functions have them in their settings."""
    given = (stack.parameters.get(f"{who}{kind}", "") for who in ("OnCall", "Lead", "Executive"))
    return " ".join(f"{rung}={address}" for rung, address in enumerate(given, 1))


def _make_client(session: AwsSession) -> MakeClient:
    return cast("MakeClient", session.client)
