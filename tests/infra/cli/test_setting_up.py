"""``earshot doctor`` and ``earshot deploy`` on the embedded cloud, each thing broken in turn."""

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from earshot.mentions.source_state import SourceState, SourceStatus, next_state
from earshot.reports.doctor.finding import Finding, Level
from earshot.runtime import utc_now
from infra.cli.exit_status import EXIT_INCOMPLETE, EXIT_UNUSABLE
from infra.local.cloud import Cloud
from infra.local.engine.engine import environment
from infra.local.x.api import XApi
from infra.ops.access.secrets import DeployedSecrets
from infra.ops.doctor.account_facts import AwsAccount
from infra.ops.doctor.checks.sms import SmsAccount
from infra.ops.doctor.visit import visit_embedded
from infra.ops.setup.access import make_administrator
from infra.ops.setup.sam import SamConfig
from tests.deployed import Running
from tests.fakes import a_mention
from tests.infra.cli import invoke

pytestmark = pytest.mark.engine
TOKEN = "a-bearer-token-that-nobody-may-see"
SAM = """#!/bin/sh
echo "$@" >> {log}
env >> {log}.env
"""


@pytest.fixture
def here(running: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """The stack as it is deployed, with no account and no token, whatever other tests left; both go when it ends."""
    monkeypatch.setattr("infra.local.engine.engine.RUN_PORT", running.cloud.engine.port)
    forget_accounts(running)
    yield running
    forget_accounts(running)
    running.cloud.settle_mailboxes()


def forget_accounts(running: Running) -> None:
    """Nobody can sign in, and X has given no token."""
    client, outputs = running.cloud.engine.client, running.cloud.stack.outputs
    pool = outputs["UserPoolId"]
    for user in client("cognito-idp").list_users(UserPoolId=pool)["Users"]:
        client("cognito-idp").admin_delete_user(UserPoolId=pool, Username=user["Username"])
    client("secretsmanager").put_secret_value(SecretId=outputs["XSecretArn"], SecretString="{}")


@pytest.fixture
def x() -> Iterator[XApi]:
    with XApi(handles=["NimbusAir"], token=TOKEN) as api:
        yield api


def look(running: Running, x: XApi | None = None) -> dict[str, Finding]:
    """What the doctor finds; of several findings of one check, the worst."""
    stack = running.cloud.stack
    if x is not None:
        stack = replace(stack, parameters={**stack.parameters, "XApiUrl": x.url})
    found: dict[str, Finding] = {}
    for one in visit_embedded(running.cloud.engine.session, stack, utc_now()):
        if one.check not in found or list(Level).index(one.level) > list(Level).index(found[one.check].level):
            found[one.check] = one
    return found


def not_ok(running: Running, x: XApi | None = None) -> dict[str, str]:
    return {name: str(one.level) for name, one in look(running, x).items() if one.level is not Level.OK}


def save_state(running: Running, state: SourceState) -> None:
    leased = running.sources.acquire(state.source, "run", utc_now(), timedelta(minutes=2))
    assert leased is not None
    running.sources.save(state.source, "run", leased.checkpoint, state)


def make_healthy(running: Running) -> None:
    """Both sources read, a token, an administrator who has signed in, and an alert that went out."""
    cloud, now = running.cloud, utc_now()
    for feed in ("x#mentions#NimbusAir", "x#own#NimbusAir"):
        save_state(running, next_state(None, feed, SourceStatus.OK, "", now))
    DeployedSecrets(cloud.engine.session, cloud.stack).set_x_token(TOKEN)
    make_administrator(cloud.engine.session, cloud.stack, "mia@example.com", by_mail=False)
    cloud.engine.client("cognito-idp").admin_set_user_password(
        UserPoolId=cloud.stack.outputs["UserPoolId"], Username="mia@example.com", Password="Aa1!" * 5, Permanent=True
    )
    running.hear(a_mention())
    assert running.notify() == []


# ---------------------------------------------------------------------------------------------------------- doctor


def test_what_is_healthy_is_ok_and_each_thing_that_breaks_is_named(here: Running, x: XApi) -> None:
    assert not_ok(here) == {
        "source x#mentions#NimbusAir": "failure",
        "source x#own#NimbusAir": "failure",
        "X token": "failure",
        "last alert": "warning",
        "users": "failure",
    }, "as after a first deployment with confirmed mailboxes"
    make_healthy(here)
    assert not_ok(here, x) == {}
    client, stack = here.cloud.engine.client, here.cloud.stack

    silent = next_state(None, "x#own#NimbusAir", SourceStatus.UNAUTHORISED, "X refuses the token", utc_now())
    save_state(here, silent)
    assert not_ok(here, x) == {"source x#own#NimbusAir": "failure"}

    client("sqs").send_message(QueueUrl=stack.outputs["AlertFailureQueueUrl"], MessageBody="{}")
    assert not_ok(here, x) == {"source x#own#NimbusAir": "failure", "dead letters": "failure"}
    assert "earshot redrive" in look(here, x)["dead letters"].remedy

    client("cognito-idp").admin_disable_user(UserPoolId=stack.outputs["UserPoolId"], Username="mia@example.com")
    x.token = "another"
    assert {"users", "X token"} <= not_ok(here, x).keys()

    client("sns").unsubscribe(SubscriptionArn=here.subscription_of("on.call@example.com"))
    found = look(here, x)
    assert (found["email of on call"].level, found["rung 1"].level) == (Level.FAILURE, Level.OK), "SMS reach them"


def test_the_command_says_it_for_people_and_for_scripts(here: Running) -> None:
    told = invoke.run("doctor", "--local")
    assert told.exit_code == EXIT_INCOMPLETE
    assert "FAILURE users: Nobody has an account" in told.stdout
    assert "OK      email of on call: on.call@example.com is confirmed" in told.stdout
    assert told.stdout.splitlines()[-2] == "With the commands above: --local"
    assert told.stdout.splitlines()[-1].endswith("1 warning, 4 failures.")
    document = json.loads(invoke.run("doctor", "--local", "--json").stdout)
    assert document["status"] == "failure"
    assert {"check", "level", "what", "remedy"} == set(document["findings"][0])
    assert invoke.run("doctor", "--local", "--stack", "nowhere").exit_code == EXIT_UNUSABLE
    assert invoke.run("doctor", "--local", "--before").exit_code == EXIT_UNUSABLE


def test_the_sandbox_keeps_sms_from_whose_number_is_not_verified(
    here: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AwsAccount, "sms", lambda self: SmsAccount(True, verified=frozenset({"+12025550102"})))
    monkeypatch.setattr(AwsAccount, "opted_out", lambda self, phone: False)
    found = {one["check"]: one for one in json.loads(invoke.run("doctor", "--json").stdout)["findings"]}
    levels = {name: found[name]["level"] for name in ("phone of on call", "phone of the lead", "rung 1", "STOP")}
    assert levels == {"phone of on call": "failure", "phone of the lead": "ok", "rung 1": "ok", "STOP": "ok"}
    assert [found[name]["level"] for name in ("SMS sandbox", "SMS limit", "SMS sender")] == ["warning"] * 3


def test_before_a_deployment_it_looks_at_the_account_and_this_machine(here: Running) -> None:
    found = json.loads(invoke.run("doctor", "--before", "--json").stdout)["findings"]
    names = [one["check"] for one in found]
    assert names[:3] == ["credentials", "clock", "region"]
    assert {"runtime", "concurrency", "SMS", "SAM CLI"} <= set(names)
    missing = invoke.run("doctor", "--stack", "nowhere")
    assert (missing.exit_code, "FAILURE stack: No stack 'nowhere'" in missing.stdout) == (EXIT_INCOMPLETE, True)
    assert "With the commands above: --stack nowhere" in missing.stdout, "or they would act on another stack"


@pytest.mark.parametrize(
    ("lacking", "remedy"),
    [
        (("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "aws configure"),
        (("AWS_REGION", "AWS_DEFAULT_REGION"), "AWS_REGION"),
    ],
)
def test_without_credentials_or_a_region_there_is_one_line(cloud: Cloud, lacking: tuple[str, ...], remedy: str) -> None:
    left = {name: value for name, value in cloud.engine.environ.items() if name not in lacking}
    with environment(left | {"AWS_EC2_METADATA_DISABLED": "true", "AWS_SHARED_CREDENTIALS_FILE": os.devnull}):
        told = invoke.run("doctor")
    assert told.exit_code == EXIT_INCOMPLETE
    assert told.stdout.splitlines()[2:] == ["0 OK, 0 warnings, 1 failure."]
    assert remedy in told.stdout


# ----------------------------------------------------------------------------------------------------------- deploy


@pytest.fixture
def sam(here: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A SAM CLI that notes its arguments and its environment, and leaves the stack as it is."""
    log, program = tmp_path / "sam.log", tmp_path / "bin" / "sam"
    program.parent.mkdir()
    program.write_text(SAM.format(log=log))
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr("infra.ops.doctor.doctor.ROOT", tmp_path)
    # The embedded cloud knows nothing of an account's SMS.
    account = SmsAccount(False, limit_usd=20, sender_countries=frozenset({"US"}))
    monkeypatch.setattr(AwsAccount, "sms", lambda self: account)
    monkeypatch.setattr(AwsAccount, "opted_out", lambda self, phone: False)
    return log


def test_a_deployment_ends_with_a_token_an_account_and_the_doctor(here: Running, sam: Path, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text(f"\ufeff{TOKEN}\n")  # as Notepad saves it
    told = invoke.run(
        "deploy", "--yes", "--no-wait", "--no-lookup", "--x-token-file", str(secret), "--set", "RetentionDays=30"
    )
    assert "The token of X is stored in its secret." in told.output
    assert "on.call@example.com is an administrator" in told.output
    assert f"The console: {here.cloud.stack.outputs['ConsoleUrl']}" in told.output
    build, deploy = sam.read_text().splitlines()
    assert build == "build --build-in-source"
    assert deploy.endswith('--resolve-s3 --capabilities CAPABILITY_IAM --parameter-overrides RetentionDays="30"')
    assert "--stack-name earshot --region eu-west-1" in deploy
    stored = here.cloud.engine.client("secretsmanager").get_secret_value(
        SecretId=here.cloud.stack.outputs["XSecretArn"]
    )
    assert json.loads(stored["SecretString"]) == {"bearer_token": TOKEN}
    seen = told.output + sam.read_text() + Path(f"{sam}.env").read_text()
    assert TOKEN not in seen, "nobody sees the token: neither the terminal nor the process of SAM"
    assert told.exit_code == EXIT_INCOMPLETE, "nothing has been read yet, and the doctor says so"


def test_a_second_run_asks_nothing_and_changes_nothing(
    here: Running, sam: Path, x: XApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_healthy(here)
    here.cloud.inbox.collect()
    monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
    told = invoke.run("deploy", "--no-build")
    assert sam.read_text().splitlines() == [
        "deploy --stack-name earshot --region eu-west-1 --no-fail-on-empty-changeset --confirm-changeset --resolve-s3 "
        "--capabilities CAPABILITY_IAM"
    ]
    assert "X_BEARER_TOKEN" not in Path(f"{sam}.env").read_text()
    assert "administrator." not in told.output
    assert here.cloud.inbox.collect() == [], "nobody is new, so nobody is sent a test"
    users = here.cloud.engine.client("cognito-idp").list_users(UserPoolId=here.cloud.stack.outputs["UserPoolId"])
    assert len(users["Users"]) == 1


def test_a_first_run_asks_what_only_a_person_knows(here: Running, sam: Path, x: XApi) -> None:
    """The stack is not there: it asks, looks the handles up, and hands SAM what was typed."""
    typed = ["@NimbusAir", "mia@example.com", "0044 20 7183 8750", "lead", "lead@example.com", "", TOKEN]
    told = invoke.run("deploy", "--stack", "new", "--set", f"XApiUrl={x.url}", typed="\n".join(typed) + "\n")
    assert told.exit_code == EXIT_UNUSABLE, "the SAM of this test creates no stack"
    assert "No stack 'new'" in told.output
    assert "'lead' is no email address" in told.output
    assert "Looking up @NimbusAir on X, at $0.010 each." in told.output
    assert [call.path for call in x.calls] == ["/2/users/by/username/NimbusAir"]
    deploy = sam.read_text().splitlines()[-1]
    assert "--no-confirm-changeset" in deploy
    for parameter in (
        'BrandHandles="NimbusAir"',
        'OnCallEmail="mia@example.com"',
        'OnCallPhone="+442071838750"',
        'LeadEmail="lead@example.com"',
        'OperatorEmail=""',
    ):
        assert parameter in deploy
    assert TOKEN not in told.output + sam.read_text() + Path(f"{sam}.env").read_text()


def test_what_cannot_be_right_ends_before_anything_is_built(
    here: Running, sam: Path, x: XApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X_BEARER_TOKEN", TOKEN)
    for arguments, told in (
        (["--stack", "new"], "BrandHandles is missing"),
        (["--set", "OnCallMail=mia@example.com"], "'OnCallMail' is no parameter"),
        (["--set", "OnCallPhone"], "write --set PARAMETER=VALUE"),
        (["--set", "LeadPhone=12"], "'12' is no number for SMS"),
        (["--config-env", "moon"], "moon"),
        (["--user", "mia"], "'mia' is no email address"),
        (["--set", "BrandHandles=NimbusAir,Elsewhere", "--set", f"XApiUrl={x.url}"], "X knows no account @Elsewhere"),
    ):
        answer = invoke.run("deploy", "--yes", *arguments)
        assert (answer.exit_code, told in answer.output) == (EXIT_UNUSABLE, True), answer.output
    monkeypatch.setattr(SamConfig, "parameters", {"LeadPhone": "0171", "LeadMail": "mia@example.com"})
    answer = invoke.run("deploy", "--yes")
    assert "LeadPhone: '0171' is no number" in answer.output, "what samconfig.toml says is checked as well"
    assert "'LeadMail' is no parameter" in answer.output
    monkeypatch.setattr(SamConfig, "parameters", {})
    x.token = "another"
    answer = invoke.run("deploy", "--yes", "--set", "BrandHandles=Elsewhere", "--set", f"XApiUrl={x.url}")
    assert (answer.exit_code, "X refuses it (401). Store the present one" in answer.output) == (EXIT_UNUSABLE, True)
    nobody = invoke.run("deploy", "--stack", "new")
    assert (nobody.exit_code, "nobody answers" in nobody.output) == (EXIT_UNUSABLE, True)
    assert not sam.exists()


def test_a_failure_of_the_account_stops_a_deployment(here: Running, sam: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "cn-north-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "cn-north-1")
    answer = invoke.run(
        "deploy", "--yes", "--stack", "new", "--set", "BrandHandles=A", "--set", "OnCallEmail=mia@example.com"
    )
    assert (answer.exit_code, "cn-north-1 has no Amazon Cognito" in answer.output) == (EXIT_UNUSABLE, True)
    assert not sam.exists()
