"""Two stacks of the template in one account and region: what one does, and its end, changes nothing of the other."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner
from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document

from earshot.cases.case.key import CaseKey
from earshot.mentions.mention import Author
from earshot.runtime import utc_now
from infra.cli.main import main
from infra.local.bedrock_api import BedrockApi
from infra.local.cloud import Cloud
from infra.local.comprehend_api import ComprehendApi
from infra.local.engine.deployment import deploy, read_template
from infra.local.engine.engine import ACCOUNT, REGION, Engine, environment
from infra.local.inbox import Inbox
from infra.ops.backup.restore import scan
from infra.paths import ROOT
from tests.end_to_end.deployed_stack import eventually
from tests.fakes import NOTHING_WAITS, a_mention

pytestmark = pytest.mark.engine

STAGING, PROD = "earshot-staging", "earshot-prod"
PEOPLE = {STAGING: ("sam@nimbus.example", "+12025550111"), PROD: ("pat@bank.example", "+12025550122")}
BRANDS = {STAGING: "NimbusAir", PROD: "HarborBank"}
TEXT = "you lost my suitcase, I am stranded at the airport and my insulin is in it"
QUEUES = ("MentionQueue", "MentionDeadLetterQueue", "AlertFailureQueue", "DeliveryFailureQueue")
TABLES, SECRETS = ("CaseTable", "SourceTable"), ("XSecret", "SocialSecret", "WebhookSecret", "LinkSecret")
# Without which no template can be, and which are named within something that is the stack's own.
NAMED_WITHIN = {"admin", "agent", "lead", "viewer", "$default"}
_UNNAMED = "            OmitName: true\n"  # as each schedule is
# The log that SNS writes of the SMS of an account, to which both stacks listen.
SMS_LOG = f"sns/{REGION}/{ACCOUNT}/DirectPublishToPhoneNumber"


@dataclass(frozen=True)
class Account:
    """The two stacks, by their names, in one engine that enforces IAM."""

    engine: Engine
    stacks: dict[str, Cloud]

    def complain(self, name: str, number: int) -> str:
        """Put a complaint into the queue of a stack, wait until all of its functions are done, and return its case."""
        cloud, delivered = self.stacks[name], len(self.logs(name)["DeliverLogGroup"])
        mention = a_mention(
            str(number),
            f"@{BRANDS[name]} {TEXT}",
            author=Author(str(number), f"customer{number}"),
            brand=BRANDS[name],
            conversation_id=str(number),
            created_at=utc_now(),
        )
        self.engine.client("sqs").send_message(
            QueueUrl=cloud.stack.outputs["MentionQueueUrl"], MessageBody=json.dumps(mention.to_record())
        )
        case, (email, phone) = str(CaseKey.of(mention)), PEOPLE[name]
        eventually(lambda: self.told(name, case), lambda told: told == {("email", email), ("sms", phone)})
        # What a function has logged is there once it has ended.
        eventually(lambda: self.logs(name)["NotifyLogGroup"], lambda lines: any(case in line for line in lines))
        eventually(lambda: len(self.logs(name)["DeliverLogGroup"]), lambda lines: lines > delivered)
        return case

    def told(self, name: str, case: str) -> set[tuple[str, str]]:
        inbox = self.stacks[name].inbox
        inbox.collect()
        return {(one["channel"], one["to"]) for one in inbox.messages() if one["case"] == case}

    def run(self, *command: str, stack: str) -> tuple[int, str]:
        with environment(self.engine.environ):
            done = CliRunner().invoke(main, [*command, "--stack", stack])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    def state(self, name: str) -> dict[str, Any]:
        """All that a stack has: what it stores, what waits, who is told, what was logged, and how it is set."""
        client, resources = self.engine.client, self.stacks[name].stack.resources
        queues = {each: resources[each] for each in QUEUES}
        alarms = client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{name}-")
        schedules = client("scheduler").list_schedules(NamePrefix=f"{name}-")["Schedules"]
        functions = client("lambda").list_functions()["Functions"]
        state = {
            "items": {table: list(scan(client("dynamodb"), resources[table])) for table in TABLES},
            "queues": {
                each: client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
                for each, url in queues.items()
            },
            "topics": [
                client("sns").list_subscriptions_by_topic(TopicArn=resources[topic])["Subscriptions"]
                for topic in ("AlertTopic", "OperatorTopic")
            ],
            "secrets": [client("secretsmanager").describe_secret(SecretId=resources[each]) for each in SECRETS],
            "logs": self.logs(name),
            "alarms": [alarm for page in alarms for alarm in page["MetricAlarms"]],
            "schedules": [client("scheduler").get_schedule(Name=one["Name"]) for one in schedules],
            "settings": client("appconfig").get_application(ApplicationId=resources["Settings"]),
            "functions": [one for one in functions if one["FunctionName"].startswith(f"{name}-")],
            "roles": self.policies(name),
            "dashboard": client("cloudwatch").get_dashboard(DashboardName=resources["Dashboard"])["DashboardBody"],
            "users": client("cognito-idp").list_users(UserPoolId=resources["UserPool"])["Users"],
            "pool": client("cognito-idp").describe_user_pool(UserPoolId=resources["UserPool"])["UserPool"],
            "routes": client("apigatewayv2").get_routes(ApiId=resources["HttpApi"])["Items"],
        }
        return {kind: _without_metadata(found) for kind, found in state.items()}

    def policies(self, name: str) -> dict[str, Any]:
        """The policy of each role of a stack."""
        iam, resources = self.engine.client("iam"), self.stacks[name].stack.resources
        return {
            role: iam.get_role_policy(RoleName=resources[role], PolicyName=policy["PolicyName"])["PolicyDocument"]
            for role, each in read_template()["Resources"].items()
            if each["Type"] == "AWS::IAM::Role"
            for policy in each["Properties"]["Policies"]
        }

    def logs(self, name: str) -> dict[str, list[str]]:
        """The lines in each log group of a stack."""
        logs, resources = self.engine.client("logs"), self.stacks[name].stack.resources
        return {
            each: [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]]
            for each, group in resources.items()
            if each.endswith("LogGroup")
        }


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    folder = tmp_path_factory.mktemp("account")
    # No schedule runs: what differs in a stack is what was done.
    template = folder / "template.yaml"
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    template.write_text(text.replace(_UNNAMED, f"{_UNNAMED}            State: DISABLED\n"), encoding="utf-8")
    (folder / "functions").symlink_to(ROOT / "functions")
    with ExitStack() as around:
        comprehend, bedrock = around.enter_context(ComprehendApi()), around.enter_context(BedrockApi())
        environ = {"AWS_ENDPOINT_URL_COMPREHEND": comprehend.url}
        engine = around.enter_context(Engine(folder / "state", environ=environ))
        for group in (SMS_LOG, f"{SMS_LOG}/Failure"):
            engine.client("logs").create_log_group(logGroupName=group)
        made = Account(engine, {})
        for name, (email, phone) in PEOPLE.items():
            parameters = {
                "BrandHandles": BRANDS[name],
                "OnCallEmail": email,
                "OnCallPhone": phone,
                "OperatorDashboard": "on",
                "SmsDeliveryStatus": "on",
                "SignInUrl": engine.url,
                "XApiUrl": "http://127.0.0.1:9",
            }
            stack = deploy(engine, parameters, name=name, template=template)
            inbox = Inbox(engine, stack, folder / f"{name}.jsonl")
            made.stacks[name] = Cloud(engine, stack, inbox, comprehend, bedrock)
            made.stacks[name].settle_mailboxes()
            # An alert that can wait waits a minute for others: none here may wait.
            made.stacks[name].wired.policy_table.write(NOTHING_WAITS, utc_now())
        yield made


def _without_metadata(answer: Any) -> Any:
    """An answer without what differs in each request."""
    if isinstance(answer, list):
        return [_without_metadata(one) for one in answer]
    if isinstance(answer, dict):
        return {name: _without_metadata(value) for name, value in answer.items() if name != "ResponseMetadata"}
    return answer


def assert_unchanged(account: Account, name: str, before: dict[str, Any]) -> None:
    after = account.state(name)
    changed = [kind for kind in before if after[kind] != before[kind]]
    assert changed == [], [(before[kind], after[kind]) for kind in changed]


def other(name: str) -> str:
    return PROD if name == STAGING else STAGING


def metrics(lines: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """What the functions counted, in CloudWatch's embedded format."""
    return [json.loads(line) for group in lines.values() for line in group if '"CloudWatchMetrics"' in line]


def test_no_resource_of_one_has_the_name_of_one_of_the_other_or_knows_it(account: Account) -> None:
    staging, prod = (account.stacks[name].stack.resources for name in (STAGING, PROD))
    shared = {one for one in staging.values() if one in set(prod.values())} - NAMED_WITHIN
    # The number of the settings is counted within their own application.
    assert shared == {staging["SettingsVersion"]}
    for name, stack in account.stacks.items():
        strangers = {one for one in account.stacks[other(name)].stack.resources.values() if len(one) > 7}
        strangers -= NAMED_WITHIN | set(stack.stack.resources.values())
        state = account.state(name)
        text = json.dumps(state, default=str)
        assert [one for one in strangers if one in text] == []
        for kind in ("alarms", "schedules", "functions", "roles", "logs"):
            assert state[kind], kind
    # The embedded cloud knows no budgets.
    budget = read_template()["Resources"]["AccountBudget"]["Properties"]["Budget"]["BudgetName"]
    assert budget == {"Fn::Sub": "${AWS::StackName}-${AWS::Region}"}


def test_an_alarm_of_one_looks_at_that_stack_and_rings_its_operator(account: Account) -> None:
    for name, cloud in account.stacks.items():
        own = {*cloud.stack.resources.values(), name}
        own |= {one.rpartition("/")[2] for one in own} | {one.rpartition(":")[2] for one in own}
        for alarm in account.state(name)["alarms"]:
            assert alarm["AlarmActions"] == alarm["OKActions"] == [cloud.stack.outputs["OperatorTopicArn"]]
            looked_at = {one["Name"]: one["Value"] for one in alarm["Dimensions"]}
            if looked_at == {"PhoneNumber": "PhoneNumberDirect"}:
                continue  # SNS counts the SMS of an account together
            named = set(looked_at.values()) - {"by-urgency"}
            assert named, alarm["AlarmName"]
            assert named <= own, alarm["AlarmName"]


def test_no_role_of_one_may_touch_what_is_the_others(account: Account) -> None:
    documents = {name: account.policies(name) for name in PEOPLE}
    for name in PEOPLE:
        granted = {
            (action, resource)
            for document in documents[other(name)].values()
            for statement in document["Statement"]
            for action in _listed(statement["Action"])
            for resource in _listed(statement.get("Resource", "*"))
            if resource != "*" and ":log-group:sns/" not in resource
        }
        assert len(granted) > 50
        for role, document in documents[name].items():
            policies = [parse_policy_document(document)]
            asked = [EvalContext("", "AssumedRole", ACCOUNT, *one, REGION) for one in granted]
            allowed = [(one.action, one.resource) for one in asked if evaluate(one, policies).decision == "Allow"]
            assert allowed == [], role


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_a_complaint_in_one_changes_nothing_of_the_other(account: Account) -> None:
    before = account.state(PROD)
    case = account.complain(STAGING, 31)
    assert_unchanged(account, PROD, before)
    account.stacks[PROD].inbox.collect()
    # A phone gets the SMS of both, each to its own number; nothing else came.
    assert {(one["channel"], one["to"]) for one in account.stacks[PROD].inbox.messages()} == {
        ("sms", PEOPLE[STAGING][1])
    }
    counted = metrics(account.logs(STAGING))
    assert {"CasesOpened", "AlertsSentBySms"} <= {name for one in counted for name in one}
    assert {one["service"] for one in counted} == {STAGING}
    assert {str(one["_aws"]["CloudWatchMetrics"][0]["Dimensions"]) for one in counted} == {"[['service']]"}

    # SNS tells both what became of an SMS, and only one of them has sent it.
    before = account.state(PROD)["items"]
    (text,) = (one for one in account.engine.text_messages() if one["to"] == PEOPLE[STAGING][1])
    receipt = {
        "notification": {"messageId": text["id"], "timestamp": "2026-11-21 09:00:05.123"},
        "delivery": {"destination": text["to"], "providerResponse": "phone off", "priceInUSD": 0.02},
        "status": "FAILURE",
    }
    logs, now = account.engine.client("logs"), int(utc_now().timestamp() * 1000)
    logs.create_log_stream(logGroupName=SMS_LOG, logStreamName="one")
    event = {"timestamp": now, "message": json.dumps(receipt)}
    logs.put_log_events(logGroupName=SMS_LOG, logStreamName="one", logEvents=[event])
    told = "a text message was not delivered"
    eventually(lambda: account.logs(STAGING)["ReceiptsLogGroup"], lambda lines: any(told in one for one in lines))
    eventually(lambda: account.logs(PROD)["ReceiptsLogGroup"], bool)
    assert not any(told in one for one in account.logs(PROD)["ReceiptsLogGroup"])
    assert [one["service"] for one in metrics(account.logs(STAGING)) if "SmsFailed" in one] == [STAGING]
    assert metrics(account.logs(PROD)) == []
    assert account.state(PROD)["items"] == before
    assert account.run("cases", "show", case, stack=STAGING)[0] == 0


def test_a_command_reaches_the_stack_that_it_names(account: Account) -> None:
    case = account.complain(PROD, 32)
    said: dict[str, str] = {}
    for name in (STAGING, PROD):
        before = account.state(other(name))
        assert account.run("users", "add", f"mia@{name}.example", "--group", "lead", stack=name)[0] == 0
        for command in (["users", "list"], ["cases", "list"], ["brand", "show"], ["doctor", "--json"]):
            said[name] = said.get(name, "") + account.run(*command, stack=name)[1]
        assert_unchanged(account, other(name), before)
    for name in (STAGING, PROD):
        own, others = said[name], said[other(name)]
        for told in (f"mia@{name}.example", PEOPLE[name][0], PEOPLE[name][1], f"x#mentions#{BRANDS[name]}"):
            assert told in own
            assert told not in others
    assert case in said[PROD]
    assert case not in said[STAGING]
    assert account.run("cases", "show", case, stack=STAGING)[0] != 0


def test_the_end_of_one_is_not_the_others(account: Account) -> None:
    cloudformation, resources = account.engine.client("cloudformation"), account.stacks[STAGING].stack.resources
    before = account.state(PROD)
    cloudformation.delete_stack(StackName=STAGING)
    eventually(
        lambda: {one["StackName"]: one["StackStatus"] for one in cloudformation.list_stacks()["StackSummaries"]},
        lambda found: found == {STAGING: "DELETE_COMPLETE", PROD: "CREATE_COMPLETE"},
    )
    assert_unchanged(account, PROD, before)
    client = account.engine.client
    left = {
        "functions": [one["FunctionName"] for one in client("lambda").list_functions()["Functions"]],
        "queues": client("sqs").list_queues()["QueueUrls"],
        "topics": [one["TopicArn"] for one in client("sns").list_topics()["Topics"]],
        "schedules": [one["Name"] for one in client("scheduler").list_schedules()["Schedules"]],
        "groups": [one["logGroupName"] for one in client("logs").describe_log_groups()["logGroups"]],
        "roles": [one["RoleName"] for one in client("iam").list_roles()["Roles"]],
        "alarms": [one["AlarmName"] for one in client("cloudwatch").describe_alarms()["MetricAlarms"]],
        "tables": client("dynamodb").list_tables()["TableNames"],
    }
    of_staging = {kind: [one for one in names if STAGING in one] for kind, names in left.items()}
    assert of_staging == {kind: [] for kind in left} | {"tables": sorted(resources[one] for one in TABLES)}
    filters = client("logs").describe_subscription_filters(logGroupName=SMS_LOG)["subscriptionFilters"]
    assert [re.search(r"function:([a-z-]+)-", one["destinationArn"])[1] for one in filters] == [PROD]
    account.complain(PROD, 33)
