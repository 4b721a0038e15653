"""The real boto3 client and the stand-in: each way in which the service and its models fail."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config

from earshot.triage.judgement import Intent
from earshot.triage.reader.answer import Answer, Silence
from earshot.triage.reader.bedrock import BedrockModel, ReaderError
from earshot.triage.reader.budgeted import BudgetedReader
from earshot.triage.reader.price import Prices
from earshot.triage.reader.prompt import RUBRIC, PostToRead
from infra.local.bedrock_api import BedrockApi, BedrockFault, Label
from tests.fakes import FakeClock
from tests.triage.reader.fakes import Spending

MODEL = "global.amazon.nova-2-lite-v1:0"
REFUND, HELLO = "where is my refund", "hello there"
URGENT = Answer(Intent.COMPLAINT, "M")


@dataclass
class Asked:
    """The reader on a real client, which tries so often and waits so long."""

    api: BedrockApi
    attempts: int = 1
    read_timeout: float = 5
    spending: Spending = field(default_factory=Spending)
    details: list[str] = field(default_factory=list)

    @property
    def reader(self) -> BudgetedReader:
        retries = {"mode": "standard", "total_max_attempts": self.attempts}
        config = Config(connect_timeout=2, read_timeout=self.read_timeout, retries=retries)
        client = boto3.client("bedrock-runtime", endpoint_url=self.api.url, region_name="eu-west-1", config=config)
        model = BedrockModel(client, MODEL, self.attempts)
        report = lambda posts, silence, detail: self.details.append(detail)  # noqa: E731
        return BudgetedReader(
            model, self.spending, 10_000_000, Prices(1, 5), FakeClock(), lambda: "00c0ffee00c0ffee", report
        )

    def answers(self, *texts: str, seconds: float = 8) -> list[Any]:
        return [one.answer for one in self.reader.read([PostToRead(text) for text in texts], seconds)]


@pytest.fixture
def asked() -> Iterator[Asked]:
    with BedrockApi({REFUND: Label("complaint", "M"), HELLO: Label("other")}) as api:
        yield Asked(api)


def test_posts_are_labelled_and_what_that_took_is_booked(asked):
    assert asked.answers(REFUND, HELLO) == [URGENT, Answer(Intent.OTHER)]
    (request,) = asked.api.requests
    assert request.model == MODEL
    assert request.body["system"] == [{"text": RUBRIC}]
    assert request.body["toolConfig"]["toolChoice"] == {"tool": {"name": "label_posts"}}
    assert request.body["inferenceConfig"]["maxTokens"] > 30 * 4
    booked, given_back = asked.spending.booked
    assert 0 < booked + given_back < booked


# Each error, what staff read, and whether the booking stays.
REFUSALS = {
    BedrockFault.THROTTLE: (Silence.UNAVAILABLE, False),
    BedrockFault.NOT_READY: (Silence.UNAVAILABLE, False),
    BedrockFault.UNAVAILABLE: (Silence.UNAVAILABLE, True),
    BedrockFault.SERVER_ERROR: (Silence.UNAVAILABLE, True),
    BedrockFault.MODEL_TIMEOUT: (Silence.LATE, True),
    BedrockFault.MODEL_ERROR: (Silence.UNUSABLE, True),
    BedrockFault.ACCESS_DENIED: (Silence.REFUSED, False),
    BedrockFault.NOT_FOUND: (Silence.REFUSED, False),
    BedrockFault.INVALID: (Silence.REFUSED, False),
}


@pytest.mark.parametrize(("fault", "outcome"), REFUSALS.items(), ids=lambda value: str(value))
def test_each_error_is_told_and_paid_only_where_it_may_be_billed(asked, fault, outcome):
    asked.api.inject(fault)
    silence, stays = outcome
    assert asked.answers(REFUND) == [silence]
    assert (asked.spending.spent > 0) == stays
    assert fault in asked.details[0]


@pytest.mark.parametrize("fault", [BedrockFault.REFUSE, BedrockFault.GARBLED, BedrockFault.OBEY])
def test_an_answer_outside_the_form_is_none(asked, fault):
    asked.api.inject(fault)
    assert asked.answers(REFUND, HELLO) == [Silence.UNUSABLE] * 2
    assert asked.spending.spent > 0


def test_of_an_answer_that_is_partly_outside_the_form_the_rest_counts_for_nothing_wrong(asked):
    asked.api.inject(BedrockFault.OUTSIDE_FORM)
    assert set(asked.answers(*[REFUND] * 7)) <= {URGENT, Silence.UNUSABLE}
    asked.api.inject(BedrockFault.FEWER)
    answers = asked.answers(*[REFUND] * 7)
    assert set(answers) == {URGENT, Silence.UNUSABLE}


def test_throttling_that_passes_is_waited_out(asked):
    asked.attempts = 2
    asked.api.inject(BedrockFault.THROTTLE)
    assert asked.answers(REFUND) == [URGENT]
    assert len(asked.api.requests) == 2


@pytest.mark.slow
@pytest.mark.parametrize("fault", [BedrockFault.HANG, BedrockFault.DRIP])
def test_a_server_that_hangs_or_drips_costs_no_more_than_the_time_that_is_given(asked, fault):
    asked.attempts, asked.read_timeout = 2, 60
    asked.api.inject(fault, 2)
    assert asked.answers(REFUND, seconds=2) == [Silence.LATE]
    assert asked.spending.spent > 0


def test_a_hung_server_is_given_up_by_the_client_itself(asked):
    asked.read_timeout = 0.5
    asked.api.inject(BedrockFault.HANG)
    assert asked.answers(REFUND) == [Silence.LATE]
    assert asked.details == ["ReadTimeoutError"]


def test_no_server_at_all_is_no_answer_and_costs_nothing():
    with BedrockApi() as api:
        pass
    asked = Asked(api)
    assert asked.answers(REFUND) == [Silence.UNAVAILABLE]
    assert asked.spending.spent == 0


def test_what_boto3_itself_refuses_is_told_without_the_text(asked):
    model = BedrockModel(boto3.client("bedrock-runtime", region_name="eu-west-1"), "", 1)
    with pytest.raises(ReaderError) as error:
        model.ask("a customer's words", 1)
    assert error.value.silence is Silence.REFUSED
    assert "customer" not in str(error.value)
