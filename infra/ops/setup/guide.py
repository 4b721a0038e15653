"""``earshot deploy``: from a checkout to a first alert. Each step may be repeated; what was set is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from earshot.errors import EarshotError
from earshot.reports.doctor.finding import Finding, Level, worst
from earshot.reports.health import source_health
from infra.aws_session import AwsSession
from infra.ops.access.secrets import DeployedSecrets, checked_bearer_token
from infra.ops.access.users import DeployedUsers
from infra.ops.bootstrap import wire_as
from infra.ops.doctor.account_facts import AwsAccount
from infra.ops.doctor.check import examine
from infra.ops.doctor.doctor import BeforeDeployment
from infra.ops.doctor.visit import visit_account
from infra.ops.doctor.x import XRefusalError, account_exists, check_refusal
from infra.ops.settings.brands import DeployedBrands
from infra.ops.setup.access import make_administrator, stored_token
from infra.ops.setup.answers import HANDLES, PEOPLE, QUESTIONS, AnswerError, Question, checked, handles_in, lists_in
from infra.ops.setup.sam import SamConfig, deploy_arguments, parameters_of_template
from infra.ops.stack import Stack, StackError, describe, is_missing
from infra.ops.staff import DeployedStaff, explained_errors

_X_API = "https://api.x.com"
_ASK_AGAIN = 3
# How long the first reading of the sources is waited for: they are read each minute.
FIRST_READ_SECONDS, _LOOK_SECONDS = 150, 10


class Dialogue(Protocol):
    """The person at the terminal. Without one, ``ask`` and ``secret`` return what is empty, ``agrees`` True."""

    @property
    def is_person(self) -> bool: ...
    def say(self, line: str) -> None: ...
    def ask(self, text: str) -> str: ...
    def secret(self, text: str) -> str: ...
    def agrees(self, text: str) -> bool: ...
    def findings(self, found: Iterable[Finding]) -> list[Finding]: ...


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the options of the command say. ``user`` None: whoever is on call, where nobody has an account."""

    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    token: str | None = None
    user: str | None = None
    shows_password: bool = False
    looks_up: bool = True
    builds: bool = True
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Guide:
    """Leads through one deployment of the stack ``name``. ``sam`` runs the SAM CLI with arguments."""

    name: str
    session: AwsSession
    account: AwsAccount
    config: SamConfig
    dialogue: Dialogue
    sam: Callable[[list[str]], None]
    now: Callable[[], datetime]
    pause: Callable[[float], None]

    def deploy(self, wishes: Wishes) -> Level:
        """Deploy, and say what the doctor finds afterwards. EarshotError where nothing could be deployed."""
        self._check_account()
        before = self._stack()
        in_force: Mapping[str, str] = {} if before is None else before.parameters
        parameters = self._parameters(wishes.parameters, in_force)
        token = self._token(wishes.token, before)
        self._look_up(token if wishes.looks_up else None, parameters, in_force)
        self._check_region({**in_force, **self.config.parameters, **parameters})
        if wishes.builds:
            self.sam(["build", "--build-in-source"])
        confirms = before is not None and self.dialogue.is_person
        self.sam(deploy_arguments(self.name, self.account.region, self.config, parameters, confirm=confirms))
        after = describe(self.session.client("cloudformation"), self.name)
        if before is not None:
            self._say_what_is_overridden(before, after)
        has_new_people = any(in_force.get(name) != after.parameters.get(name) for name in PEOPLE)
        return self._after(after, token, wishes, has_new_people)

    # ---------------------------------------------------------------------------------------------------- before

    def _check_account(self) -> None:
        found = self.dialogue.findings(examine([BeforeDeployment(self.session, self.account, {}, self.now()).caller()]))
        if worst(found) is Level.FAILURE:
            raise EarshotError("Nothing was deployed: mend the failure above, then run earshot deploy again.")

    def _check_region(self, parameters: Mapping[str, str]) -> None:
        self.dialogue.say("Before the deployment the doctor finds:")
        found = visit_account(self.session, self.account, None, parameters, self.now())
        if worst(self.dialogue.findings(found)) is Level.FAILURE:
            raise EarshotError("Nothing was deployed: mend the failures above, then run earshot deploy again.")

    def _stack(self) -> Stack | None:
        try:
            return describe(self.session.client("cloudformation"), self.name)
        except StackError as error:
            if is_missing(error):
                return None
            raise

    def _parameters(self, wished: Mapping[str, str], in_force: Mapping[str, str]) -> dict[str, str]:
        """What the stack gets: what was wished, and what was asked because nothing else says it."""
        given = checked({**self.config.parameters, **wished}, parameters_of_template())
        known = {**in_force, **given}
        for question in QUESTIONS:
            if question.parameter not in known:
                given[question.parameter] = self._ask(question)
        for address in lists_in({name: value for name, value in given.items() if in_force.get(name) != value}):
            self.dialogue.say(
                f"{address} looks like a list. Each alert ends with a link to unsubscribe: one reader's click ends the "
                "alerts for all. The roster (earshot staff) takes everybody's own address."
            )
            if not self.dialogue.agrees("Use it all the same?"):
                raise EarshotError(f"Nothing was deployed: give another address than {address}.")
        return given

    def _ask(self, question: Question) -> str:
        for _ in range(_ASK_AGAIN):
            answer = self.dialogue.ask(question.text + (" (optional)" if question.is_optional else ""))
            if not answer.strip() and question.is_optional:
                return ""
            try:
                return question.read(answer)
            except AnswerError as error:
                if not self.dialogue.is_person:
                    break
                self.dialogue.say(str(error))
        raise EarshotError(
            f"{question.parameter} is missing: {question.text}. Give it with --set {question.parameter}=..."
        )

    def _token(self, wished: str | None, before: Stack | None) -> str | None:
        """The token of X: that of the options, the stored one, or one that is typed; None where there is none yet."""
        if wished is not None:
            return wished
        stored = None if before is None or not before.outputs else stored_token(self.session, before)
        if stored is not None:
            return stored
        typed = self.dialogue.secret("The bearer token of your X app (not shown; empty to do it later)")
        return checked_bearer_token(typed) if typed.strip() else None

    def _look_up(self, token: str | None, parameters: Mapping[str, str], in_force: Mapping[str, str]) -> None:
        """EarshotError where X knows no account of a new handle. Without a token nothing is asked."""
        known = {handle.casefold() for handle in handles_in(in_force.get(HANDLES, ""))}
        wanted = self.config.parameters.get(HANDLES, "") if HANDLES not in parameters else parameters[HANDLES]
        new = [handle for handle in handles_in(wanted) if handle.casefold() not in known]
        if token is None or not new:
            return
        api_url = {"XApiUrl": _X_API, **in_force, **self.config.parameters, **parameters}["XApiUrl"]
        self.dialogue.say(f"Looking up {', '.join('@' + one for one in new)} on X, at $0.010 each.")
        try:
            missing = [handle for handle in new if not account_exists(api_url, token, handle)]
        except XRefusalError as error:
            found = next(check_refusal(error))
            raise EarshotError(
                f"Nothing was deployed: the token of X cannot look them up. {found.what}. {found.remedy}. "
                "--no-lookup leaves it out."
            ) from None
        if missing:
            raise EarshotError(f"X knows no account @{', @'.join(missing)}: copy the handle from the profile.")

    # ----------------------------------------------------------------------------------------------------- after

    def _say_what_is_overridden(self, before: Stack, after: Stack) -> None:
        names = DeployedBrands(self.session, after).overridden(before.parameters, after.parameters)
        if names:
            self.dialogue.say(
                f"{' and '.join(names)} changed without effect: a brand file was put, and it holds. earshot brand show "
                "prints it, and earshot brand put replaces it."
            )

    def _after(self, stack: Stack, token: str | None, wishes: Wishes, has_new_people: bool) -> Level:
        say = self.dialogue.say
        if token is not None and token != stored_token(self.session, stack):
            DeployedSecrets(self.session, stack).set_x_token(token)
            say("The token of X is stored in its secret.")
        elif token is None:
            say("There is no token of X yet, so nothing is read: run earshot deploy again when you have one.")
        self._give_access(stack, wishes)
        if has_new_people:
            self._send_tests(stack)
        if token is not None and wishes.waits:
            self._wait_for_first_read(stack)
        say("After the deployment the doctor finds:")
        found = self.dialogue.findings(visit_account(self.session, self.account, self.name, {}, self.now()))
        say(f"The console: {stack.output('ConsoleUrl')}")
        return worst(found)

    def _give_access(self, stack: Stack, wishes: Wishes) -> None:
        has_somebody = any(user.is_enabled and user.roles for user in DeployedUsers(self.session, stack).users())
        if wishes.user is None and has_somebody:
            return
        email = wishes.user or stack.parameters.get("OnCallEmail", "")
        if wishes.user is None and self.dialogue.is_person:
            email = self.dialogue.ask(f"Who administers the console, by email (empty: {email})").strip() or email
        password = make_administrator(self.session, stack, email, by_mail=not wishes.shows_password)
        if password is None:
            self.dialogue.say(f"{email} is an administrator. AWS mails the temporary password of a new account.")
        else:
            self.dialogue.say(f"{email} is an administrator. The temporary password, shown this once: {password}")

    def _send_tests(self, stack: Stack) -> None:
        with explained_errors():
            staff = DeployedStaff(self.session, stack)
            waiting = staff.ask_to_confirm(self.now())
            if waiting:
                self.dialogue.say(f"AWS has mailed {', '.join(waiting)}: no alert arrives before they accept.")
                self.dialogue.agrees("Have they accepted? Those who have get a test alert now.")
                staff.ask_to_confirm(self.now())
            for trial in staff.test_everybody(self.now()):
                self.dialogue.say(trial.line)

    def _wait_for_first_read(self, stack: Stack) -> None:
        wired = wire_as("ApiFunction", self.session, stack)
        api, feeds = wired.api, wired.feeds
        for _ in range(0, FIRST_READ_SECONDS, _LOOK_SECONDS):
            unread = [one for one in source_health(feeds, api.sources, self.now()) if one.last_success_at is None]
            if not unread:
                return
            self.dialogue.say(f"Waiting for the first reading of {len(unread)} sources.")
            self.pause(_LOOK_SECONDS)
