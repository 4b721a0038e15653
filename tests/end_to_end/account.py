"""One account with two stacks of the template, each with its triggers, and all that there is of each to look at."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from click.testing import CliRunner

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

STAGING, PROD = "earshot-staging", "earshot-prod"
PEOPLE = {STAGING: ("sam@nimbus.example", "+12025550111"), PROD: ("pat@bank.example", "+12025550122")}
BRANDS = {STAGING: "NimbusAir", PROD: "HarborBank"}
TEXT = "you lost my suitcase, I am stranded at the airport and my insulin is in it"
QUEUES = ("MentionQueue", "MentionDeadLetterQueue", "AlertFailureQueue", "DeliveryFailureQueue")
TABLES, SECRETS = ("CaseTable", "SourceTable"), ("XSecret", "SocialSecret", "WebhookSecret", "LinkSecret")
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
        for group in ("ClassifyLogGroup", "NotifyLogGroup"):
            eventually(lambda group=group: self.logs(name)[group], lambda lines: any(case in line for line in lines))
        eventually(lambda: len(self.logs(name)["DeliverLogGroup"]), lambda lines: lines > delivered)
        eventually(lambda: self.waiting(name), lambda number: number == 0)
        return case

    def waiting(self, name: str) -> int:
        """How many posts are in the queue of a stack, those that are being judged among them."""
        counted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        url = self.stacks[name].stack.outputs["MentionQueueUrl"]
        found = self.engine.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=counted)["Attributes"]
        return sum(int(found[one]) for one in counted)

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

    def table_as(self, role: str, name: str) -> Any:
        """A client of DynamoDB with what a role of a stack may do, as its function has it."""
        found = self.engine.client("iam").get_role(RoleName=self.stacks[name].stack.resources[role])["Role"]
        given = self.engine.client("sts").assume_role(RoleArn=found["Arn"], RoleSessionName="test")["Credentials"]
        return boto3.client(
            "dynamodb",
            endpoint_url=self.engine.url,
            region_name=REGION,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )

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


@contextmanager
def account_with_two_stacks(folder: Path) -> Iterator[Account]:
    """Deploy both. No schedule runs: what differs in a stack is what was done."""
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
