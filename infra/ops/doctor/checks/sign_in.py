"""Whether anybody can sign in: the user pool, its people, the page on which they sign in, and the console."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from earshot.alerting.roster.roster import Role
from earshot.reports.doctor.finding import Finding, failure, ok, warning
from infra.ops.access.users import User

USERS, PAGES = "users", "sign-in page"
_WAITING = "FORCE_CHANGE_PASSWORD"


def check_users(users: Sequence[User]) -> Iterator[Finding]:
    """Whether somebody has an account with a role, and has used it."""
    enabled = [user for user in users if user.is_enabled and user.roles]
    if not enabled:
        what = "Nobody has an account with a role" if users else "Nobody has an account"
        yield failure(USERS, f"{what}: the console is closed to everybody", "Create one: earshot deploy --user ADDRESS")
        return
    if not any(Role.ADMIN in user.roles for user in enabled):
        yield warning(
            USERS,
            f"{len(enabled)} can sign in, and nobody is an administrator",
            "Give somebody the role: earshot users group ADDRESS admin",
        )
    elif all(user.status == _WAITING for user in enabled):
        yield warning(
            USERS,
            f"{len(enabled)} can sign in, and nobody has yet",
            "Sign in at the console once, by the temporary password in the mail of AWS, which lasts 7 days",
        )
    else:
        yield ok(USERS, f"{len(enabled)} can sign in")


def check_page(name: str, url: str, status: int) -> Iterator[Finding]:
    """Whether a page answers; ``status`` is that of HTTP."""
    if status < 400 or (name == PAGES and status < 500):  # Cognito answers 400 where no client is named
        yield ok(name, f"{url} answers")
    else:
        yield failure(name, f"{url} answers {status}", "Read the log of ConsoleFunction, and see SignInUrl")
