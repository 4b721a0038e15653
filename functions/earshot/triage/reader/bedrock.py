"""A language model of Amazon Bedrock, asked through the Converse API, which is the same for all of its models."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
)
from botocore.parsers import ResponseParserError

from earshot.aws.guard import CallOutOfTimeError, CircuitOpenError, UnansweredError
from earshot.errors import EarshotError
from earshot.triage.reader.answer import Silence
from earshot.triage.reader.form import SCHEMA, TOOL
from earshot.triage.reader.price import Usage, max_answer_tokens
from earshot.triage.reader.prompt import RUBRIC

if TYPE_CHECKING:
    from types_boto3_bedrock_runtime import BedrockRuntimeClient
    from types_boto3_bedrock_runtime.type_defs import ConverseResponseTypeDef, ToolConfigurationTypeDef

# The errors of the service's model, and what each means here. Those that are not listed need an operator.
_LATE = frozenset({"ModelTimeoutException"})
_UNAVAILABLE = frozenset(
    {
        *("ThrottlingException", "ModelNotReadyException", "ServiceUnavailableException", "InternalServerException"),
        # Throttling comes under other codes, too.
        *("Throttling", "TooManyRequestsException", "RequestLimitExceeded", "ServiceQuotaExceededException"),
    }
)
_UNUSABLE = frozenset({"ModelErrorException"})
# The model may have worked before these, so that AWS may bill them.
_BILLED = _LATE | _UNUSABLE | {"InternalServerException"}


# Characters of the service's message that are logged.
_MAX_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model answered, unchecked, or None where it called no tool; and what that took, if the service says."""

    given: object
    usage: Usage | None


class ReaderError(EarshotError):
    """No answer came. ``is_free``: the request was surely not billed."""

    def __init__(self, silence: Silence, message: str, *, is_free: bool) -> None:
        super().__init__(message)
        self.silence, self.is_free = silence, is_free


class BedrockModel:
    """Asks one model. The client's own configuration sets timeouts and retries.

    ``attempts`` is how often that client sends a request at most.
    """

    def __init__(self, client: "BedrockRuntimeClient", model_id: str, attempts: int) -> None:
        self._client = client
        self.model_id = model_id
        self.attempts = attempts

    def ask(self, text: str, posts: int) -> Reply:
        """The model's answer about a sheet of ``posts`` posts; ReaderError where none came."""
        try:
            reply = self._client.converse(
                modelId=self.model_id,
                system=[{"text": RUBRIC}],
                messages=[{"role": "user", "content": [{"text": text}]}],
                inferenceConfig={"maxTokens": max_answer_tokens(posts), "temperature": 0.0},
                toolConfig=_TOOL_CONFIG,
            )
        except ClientError as error:
            raise _error(error) from None
        except UnansweredError as error:
            silence = Silence.LATE if error.is_sent else Silence.UNAVAILABLE
            raise ReaderError(silence, str(error), is_free=not error.is_sent) from None
        except CircuitOpenError as error:
            raise ReaderError(Silence.UNAVAILABLE, str(error), is_free=True) from None
        except CallOutOfTimeError as error:
            raise ReaderError(Silence.LATE, str(error), is_free=False) from None
        except (ConnectTimeoutError, EndpointConnectionError) as error:
            raise ReaderError(Silence.UNAVAILABLE, _name(error), is_free=True) from None
        except HTTPClientError as error:
            raise ReaderError(Silence.LATE, _name(error), is_free=False) from None
        except ResponseParserError as error:
            raise ReaderError(Silence.UNUSABLE, _name(error), is_free=False) from None
        except BotoCoreError as error:
            # Such as missing credentials, or a parameter that boto3 itself refuses.
            raise ReaderError(Silence.REFUSED, _name(error), is_free=True) from None
        return Reply(_tool_input(reply), _usage(reply))


_TOOL_CONFIG = cast(
    "ToolConfigurationTypeDef",
    {
        "tools": [
            {
                "toolSpec": {
                    "name": TOOL,
                    "description": "Records the label of each post.",
                    "inputSchema": {"json": dict(SCHEMA)},
                }
            }
        ],
        "toolChoice": {"tool": {"name": TOOL}},
    },
)


def _tool_input(reply: "ConverseResponseTypeDef") -> object:
    content = reply.get("output", {}).get("message", {}).get("content", [])
    calls = [block["toolUse"] for block in content if "toolUse" in block]
    return calls[0].get("input") if len(calls) == 1 and calls[0].get("name") == TOOL else None


def _usage(reply: "ConverseResponseTypeDef") -> Usage | None:
    usage = reply.get("usage")
    if not usage:
        return None
    retries = reply.get("ResponseMetadata", {}).get("RetryAttempts", 0)
    # Text that a model keeps in a cache is counted apart, and costs no more than other text.
    cached = usage.get("cacheReadInputTokens", 0) + usage.get("cacheWriteInputTokens", 0)
    return Usage(usage.get("inputTokens", 0) + cached, usage.get("outputTokens", 0), 1 + retries)


def _name(error: Exception) -> str:
    """The kind of an error: its text can hold what was sent."""
    return type(error).__name__


def _error(error: ClientError) -> ReaderError:
    code = error.response.get("Error", {}).get("Code", "Unknown")
    status = cast("dict[str, Any]", error.response.get("ResponseMetadata", {})).get("HTTPStatusCode", 0)
    silence = Silence.REFUSED
    if code in _LATE:
        silence = Silence.LATE
    elif code in _UNUSABLE:
        silence = Silence.UNUSABLE
    elif code in _UNAVAILABLE or status == 429 or status >= 500:
        silence = Silence.UNAVAILABLE
    return ReaderError(silence, f"{error}"[:_MAX_DETAIL], is_free=code not in _BILLED and status < 500)
