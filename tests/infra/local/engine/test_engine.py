"""The embedded cloud's engine and what is deployed into it: the real template, kept from one start to the next."""

import json
import os
import socket

import boto3
import pytest

from infra.local.engine import engine as engine_module
from infra.local.engine.deployment import read_template
from infra.local.engine.engine import Engine, EngineError, environment, free_port
from infra.local.engine.stream import StreamReader
from infra.local.lambdas.clock import next_poll
from infra.local.lambdas.invoker import Invoker
from infra.local.recipients import RECIPIENTS
from tests.fakes import START, FakeClock, a_mention

pytestmark = pytest.mark.engine


def test_the_template_as_it_is_deployed(cloud):
    resources = read_template()["Resources"]
    # SAM gives each version of a layer a name of its own.
    unnamed = "AWS::Serverless::LayerVersion"
    always = {name for name, one in resources.items() if "Condition" not in one and one["Type"] != unnamed}
    assert always <= set(cloud.stack.resources)
    outputs = read_template()["Outputs"]
    assert {name for name, one in outputs.items() if "Condition" not in one} <= set(cloud.stack.outputs)


def test_functions_of_a_hosted_emulator_answer_in_this_process_and_what_they_raise_is_lambdas_error(cloud):
    def call(module, event):
        if event == {}:
            raise ValueError("nothing is asked")
        return {"module": module, "event": event}

    def invoke(payload):
        name = cloud.stack.function("ConsoleFunction")
        return cloud.engine.client("lambda").invoke(FunctionName=name, Payload=payload)

    with cloud.engine.host.running_functions(call):
        answered, failed = invoke(b'{"rawPath": "/"}'), invoke(b"{}")
    assert json.load(answered["Payload"]) == {"module": "console", "event": {"rawPath": "/"}}
    assert "FunctionError" not in answered
    assert json.load(failed["Payload"]) == {"errorMessage": "nothing is asked", "errorType": "ValueError"}
    assert "FunctionError" in failed


@pytest.mark.parametrize(
    "function", ["Fetch", "Classify", "Notify", "Receipts", "Escalate", "Watch", "Digest", "Api", "Console"]
)
def test_a_deployed_function_has_the_environment_that_the_template_says(cloud, function):
    said = read_template()["Resources"][f"{function}Function"]["Properties"]["Environment"]["Variables"]
    shared = read_template()["Globals"]["Function"]["Environment"]["Variables"]
    environ = Invoker(cloud.engine, cloud.stack, FakeClock()).environ(f"{function}Function")
    assert set(environ) >= set(said) | set(shared)
    assert environ.get("BRAND_HANDLES", "NimbusAir") == "NimbusAir"


def test_every_mailbox_has_an_inbox_and_opening_them_again_makes_no_second_one(cloud):
    # Other tests of this engine may have put further people on the roster.
    cloud.inbox.refresh()
    subscribed = _subscribed(cloud)
    people = {endpoint for protocol, endpoint in subscribed if protocol == "email"}
    inboxes = [endpoint for protocol, endpoint in subscribed if protocol == "sqs" and ":earshot-inbox" in endpoint]
    assert people >= {value for name, value in RECIPIENTS.items() if name.endswith("Email") and name != "OperatorEmail"}
    assert len(inboxes) == len(people)
    cloud.inbox.refresh()
    assert _subscribed(cloud) == subscribed


def _subscribed(cloud):
    topic = cloud.stack.outputs["AlertTopicArn"]
    pages = cloud.engine.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    return sorted((one["Protocol"], one["Endpoint"]) for page in pages for one in page["Subscriptions"])


def test_the_stream_is_read_from_where_the_reader_began(running):
    running.hear(a_mention("1"))
    reader = StreamReader(running.cloud.engine, running.cloud.stack.outputs["CaseTableName"])
    assert list(reader.read()) == []
    running.hear(a_mention("2"))
    keys = [record["dynamodb"]["Keys"]["pk"]["S"] for record in reader.read()]
    assert "MENTION#x#2" in keys
    assert "MENTION#x#1" not in keys
    assert list(reader.read()) == []


def test_the_invoker_delivers_the_queue_until_it_is_empty(running):
    sqs, url = running.cloud.engine.client("sqs"), running.cloud.stack.outputs["MentionQueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="{ no mention")
    running.invoker.drain_queue(1)
    assert sqs.receive_message(QueueUrl=url).get("Messages", []) == []
    assert [letter["error"] for letter in running.dead_letters()] == ["MentionError"]


def test_a_poll_is_the_first_full_minute_that_is_not_before():
    assert next_poll(START) == START
    assert next_poll(START.replace(microsecond=1)) == START.replace(minute=1)
    assert next_poll(START.replace(second=59)) == START.replace(minute=1)


def test_a_port_that_is_taken_is_told_with_the_remedy(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        engine = Engine(tmp_path, port=taken.getsockname()[1])
        with pytest.raises(EngineError, match="is taken"):
            engine.start()
    engine.stop()


def test_somebody_running_is_found(cloud, monkeypatch, tmp_path):
    monkeypatch.setattr(engine_module, "RUN_PORT", free_port())
    monkeypatch.setattr(engine_module, "_PORT_FILE", tmp_path / "port")
    with pytest.raises(EngineError, match="earshot run"):
        engine_module.running()
    with engine_module.told_port(cloud.engine.port):
        assert engine_module.running().url == cloud.engine.url


def test_the_environment_of_a_replay_holds_no_way_to_a_real_account(monkeypatch, tmp_path):
    engine = Engine(tmp_path, port=4999)
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    with environment(engine.environ):
        assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & set(os.environ)
        assert boto3.client("sqs").meta.endpoint_url == "http://127.0.0.1:4999"
    assert os.environ["AWS_PROFILE"] == "production"
