"""Publishing through SNS past the form that requests have over HTTP, and past its answers in XML."""

import re
from collections.abc import Mapping
from typing import Any

from ministack.services import sns

from infra.local.engine.shortcuts.values import Record, require

_SNS: Any = sns
_TEXTS = {"TopicArn", "PhoneNumber", "Message", "Subject"}
_MESSAGE_ID = re.compile(rb"<MessageId>([^<]+)</MessageId>")


def published(request: Mapping[str, Any]) -> Record:
    """The answer to Publish as boto3 gives it, within the scope of an account. UnknownFormError: nothing is sent."""
    require(request.keys() <= {*_TEXTS, "MessageAttributes"})
    form: dict[str, str] = {name: request[name] for name in request if name in _TEXTS}
    attributes: Mapping[str, Mapping[str, str]] = request.get("MessageAttributes", {})
    for number, (name, value) in enumerate(attributes.items(), start=1):
        require(set(value) == {"DataType", "StringValue"})
        entry = f"MessageAttributes.entry.{number}"
        form |= {f"{entry}.Name": name, **{f"{entry}.Value.{part}": text for part, text in value.items()}}
    # boto3 sends no half of a character, and nothing that is empty where there must be something.
    require(all(text.encode() for text in form.values()))
    status, _, content = _SNS._publish(form)
    found = _MESSAGE_ID.search(content)
    require(status == 200 and found is not None)
    return {"MessageId": found[1].decode()} if found else {}
