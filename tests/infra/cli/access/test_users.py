"""``earshot users``: who may sign in, with which role; on the embedded cloud, over HTTP and through all of botocore."""

from collections.abc import Iterator
from typing import Any

import pytest

from earshot.api.auth.user_pool import temporary_password
from earshot.errors import EarshotError
from infra.cli.exit_status import EXIT_UNUSABLE
from infra.local.cloud import Cloud
from infra.ops.access.users import DeployedUsers
from infra.ops.stack import Stack
from tests.infra.cli.invoke import run

pytestmark = pytest.mark.engine

MIA, BO = "mia@example.com", "bo@example.com"
CONSOLE = "https://earshot.example/console/index.html"
ROLES = ("admin", "lead", "agent", "viewer")


@pytest.fixture
def pool(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, str]]:
    """A user pool with the template's groups, which the commands find."""
    session = cloud.engine.session
    cognito: Any = session.client("cognito-idp")
    pool = cognito.create_user_pool(
        PoolName="earshot",
        UsernameAttributes=["email"],
        AutoVerifiedAttributes=["email"],
        Policies={
            "PasswordPolicy": {
                "MinimumLength": 14,
                "RequireLowercase": True,
                "RequireUppercase": True,
                "RequireNumbers": True,
                "RequireSymbols": True,
            }
        },
    )["UserPool"]["Id"]
    for role in ROLES:
        cognito.create_group(UserPoolId=pool, GroupName=role)
    stack = Stack(parameters={}, outputs={"UserPoolId": pool, "ConsoleUrl": CONSOLE}, resources={})
    monkeypatch.setattr("infra.cli.deployed_stack.open_stack", lambda *_, **__: (session, stack))
    yield cognito, pool
    cognito.delete_user_pool(UserPoolId=pool)


def password_in(text: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith("Temporary password, shown this once: ")]
    return line.rpartition(" ")[2]


def test_somebody_is_added_changed_reset_disabled_and_enabled(pool: tuple[Any, str]) -> None:
    cognito, id = pool
    assert run("users", "list").stdout == "Nobody can sign in: begin with `earshot users add`.\n"
    added = run("users", "add", MIA, "--group", "lead", "--password")
    assert (added.exit_code, added.stdout.splitlines()[0]) == (0, f"{MIA} can sign in as lead: {CONSOLE}")
    first = password_in(added.stdout)
    assert run("users", "list").stdout == f"{MIA}: lead, has a temporary password\n"
    cognito.admin_set_user_password(UserPoolId=id, Username=MIA, Password=temporary_password(), Permanent=True)
    assert run("users", "group", MIA, "viewer").exit_code == 0
    assert run("users", "list").stdout == f"{MIA}: viewer, active\n"
    reset = run("users", "reset", MIA, "--password")
    assert password_in(reset.stdout) != first
    assert run("users", "list").stdout == f"{MIA}: viewer, has a temporary password\n"
    assert run("users", "disable", MIA).exit_code == 0
    assert run("users", "list").stdout == f"{MIA}: viewer, disabled\n"
    assert run("users", "enable", MIA).exit_code == 0
    assert run("users", "group", MIA, "none").exit_code == 0
    assert run("users", "list").stdout == f"{MIA}: no role, has a temporary password\n"


def test_an_invitation_by_mail_shows_no_password(pool: tuple[Any, str]) -> None:
    answer = run("users", "add", BO, "--group", "agent")
    assert (answer.exit_code, "AWS has mailed bo@example.com" in answer.stdout) == (0, True)
    assert "Temporary password" not in answer.stdout
    assert run("users", "list").stdout == f"{BO}: agent, has a temporary password\n"


def test_the_embedded_cloud_mails_nothing_so_that_the_password_is_shown(pool: tuple[Any, str]) -> None:
    assert len(password_in(run("users", "add", BO, "--group", "agent", "--local").stdout)) == 20


def test_what_is_not_as_the_command_needs_it_is_named_with_the_remedy(pool: tuple[Any, str]) -> None:
    run("users", "add", MIA, "--group", "lead", "--password")
    again = run("users", "add", MIA, "--group", "admin", "--password")
    assert (again.exit_code, "has an account already" in again.stderr) == (EXIT_UNUSABLE, True)
    assert run("users", "list").stdout.startswith(f"{MIA}: lead,")
    for wrong in ("mia", "mia@example", "mia@example.com,bo@example.com", "Mia <mia@example.com>"):
        answer = run("users", "add", wrong, "--group", "lead")
        assert (answer.exit_code, "is no email address of one person" in answer.stderr) == (EXIT_UNUSABLE, True)
    for command in (("group", BO, "lead"), ("disable", BO), ("enable", BO), ("reset", BO, "--password")):
        answer = run("users", *command)
        assert (answer.exit_code, f"{BO} has no account" in answer.stderr) == (EXIT_UNUSABLE, True), command
    assert run("users", "add", BO, "--group", "boss").exit_code == EXIT_UNUSABLE


def test_a_stack_of_something_else_and_a_pool_that_refuses_are_named(cloud: Cloud) -> None:
    session = cloud.engine.session
    with pytest.raises(EarshotError, match="no output 'UserPoolId', so it is not Earshot's"):
        DeployedUsers(session, Stack({}, {}, {}))
    gone = Stack({}, {"UserPoolId": "eu-west-1_Nowhere"}, {})
    with pytest.raises(EarshotError, match=r"cannot be read .*cognito-idp:ListUsers"):
        DeployedUsers(session, gone).users()


def test_every_temporary_password_is_one_that_the_pool_accepts() -> None:
    for password in (temporary_password() for _ in range(50)):
        kinds = [str.islower, str.isupper, str.isdigit, lambda letter: not letter.isalnum()]
        assert all(any(map(kind, password)) for kind in kinds)
        assert not set("lIO0 1o") & set(password)
        assert len(password) == 20
