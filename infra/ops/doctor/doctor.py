"""The doctor: which checks there are before a deployment, and which of a deployed stack."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from earshot.alerting.roster.admin import Reachability
from earshot.alerting.roster.contacts import Team
from earshot.alerting.webhooks.targets import read_targets
from earshot.aws.secrets import read_secret
from earshot.errors import LinkError
from earshot.mentions.source_state import SourceError
from earshot.mentions.sources.x.token import XToken
from earshot.reports.doctor.alerts import check_last_alerts, latest_alerts
from earshot.reports.doctor.finding import Finding, failure, ok
from earshot.reports.doctor.listening import check_sources, check_spending
from earshot.reports.doctor.people import check_people
from infra.aws_session import AwsSession
from infra.ops.bootstrap import ALERT_TOPIC, CASE_TABLE, wire, wire_as
from infra.ops.doctor import x
from infra.ops.doctor.account_facts import RUNTIME, AwsAccount, region_facts
from infra.ops.doctor.check import Check
from infra.ops.doctor.checks import account, deployment, region, sign_in, sms
from infra.ops.doctor.reader import look_at_reader
from infra.ops.doctor.stack_facts import StackFacts, status_of
from infra.ops.stack import Stack
from infra.paths import ROOT

_PHONES = ("OnCallPhone", "LeadPhone", "ExecutivePhone")
_READS_SMS = (
    "sns:GetSMSSandboxAccountStatus, sns:ListSMSSandboxPhoneNumbers, sns:GetSMSAttributes, sns:ListOriginationNumbers"
)


@dataclass(frozen=True, slots=True)
class BeforeDeployment:
    """The checks that need no stack: whether one could be deployed with ``parameters``, and would work."""

    session: AwsSession
    account: AwsAccount
    parameters: Mapping[str, str]
    now: datetime

    def caller(self) -> Check:
        """Who asks: without credentials every other check would say the same."""
        return Check(account.CREDENTIALS, self._caller, "sts:GetCallerIdentity")

    def checks(self) -> Iterator[Check]:
        """Those of the account and the region."""
        yield Check(region.CHECK, self._region)
        yield Check(account.RUNTIME, self._runtime, "lambda:ListLayers")
        yield Check(account.CONCURRENCY, self._concurrency, "lambda:GetAccountSettings")
        if model := self.parameters.get("ReaderModelId"):
            needs = "bedrock:GetFoundationModelAvailability and bedrock:GetInferenceProfile"
            yield Check("reader", lambda: look_at_reader(self.session, model), needs)

    def own_checks(self) -> Iterator[Check]:
        """Those that a deployed stack does not need, or answers itself."""
        yield Check(sms.CHECK, self._sms, _READS_SMS)
        yield Check("SAM CLI", lambda: check_sam(find_sam()))

    def _caller(self) -> Iterator[Finding]:
        return account.check_caller(self.account.caller(), self.now)

    def _region(self) -> Iterator[Finding]:
        wanted = region.Wanted(
            comprehend=float(self.parameters.get("ComprehendMonthlySpendLimit") or 1) > 0,
            reader=bool(self.parameters.get("ReaderModelId")),
            sms=bool(self._phones()) or not self.parameters,
            own_sign_in=bool(self.parameters.get("SignInUrl")),
        )
        return region.check_region(region_facts(self.account.region), wanted)

    def _runtime(self) -> Iterator[Finding]:
        return account.check_runtime(RUNTIME, is_known=self.account.knows_runtime())

    def _concurrency(self) -> Iterator[Finding]:
        return account.check_concurrency(self.account.concurrency())

    def _sms(self) -> Iterator[Finding]:
        phones = self._phones()
        asked = phones or not self.parameters
        known = self.account.sms() if asked else sms.SmsAccount(in_sandbox=True)
        return sms.check_sms(known, phones if self.parameters else None)

    def _phones(self) -> frozenset[str]:
        return frozenset(phone for name in _PHONES if (phone := self.parameters.get(name)))


@dataclass(frozen=True, slots=True)
class Deployed:
    """The checks of a stack. ``account`` None: that of the embedded cloud, where no account can be asked about SMS."""

    session: AwsSession
    stack: Stack
    account: AwsAccount | None
    now: datetime

    def checks(self) -> Iterator[Check]:
        """What the stack's own tables say, then what AWS says of it."""
        yield Check("sources", self._health, "dynamodb:GetItem and BatchGetItem on both tables")
        yield Check(x.CHECK, self._x_token, "secretsmanager:GetSecretValue on XSecret")
        yield Check("people", self._people, "sns:ListSubscriptionsByTopic and dynamodb:GetItem on the case table")
        if self.account is not None:
            yield Check(sms.CHECK, partial(self._sms, self.account), _READS_SMS)
            if self.stack.parameters.get("SmsDeliveryStatus") == "on":
                yield Check(sms.LOG, partial(self._sms_log, self.account), "sns:GetSMSAttributes and iam:GetRole")
            yield Check("STOP", partial(self._opted_out, self.account), "sns:CheckIfPhoneNumberIsOptedOut")
        yield Check("last alert", self._last_alert, "dynamodb:Query on the case table and its indexes")
        yield Check(deployment.OPERATOR, self._operators, "sns:ListSubscriptionsByTopic on OperatorTopic")
        yield Check("dead letters", self._dead_letters, "sqs:GetQueueAttributes")
        yield Check(deployment.LINKS, self._link_secret, "secretsmanager:GetSecretValue on LinkSecret")
        yield Check(deployment.WEBHOOKS, self._webhooks, "secretsmanager:GetSecretValue on WebhookSecret")
        yield Check(sign_in.USERS, self._users, "cognito-idp:ListUsers and ListUsersInGroup")
        yield Check(sign_in.PAGES, self._sign_in_page, "lambda:GetFunctionConfiguration")
        yield Check("console", self._console)
        yield Check(deployment.VERSION, self._version, "lambda:GetFunction")

    @property
    def _facts(self) -> StackFacts:
        return StackFacts(self.session, self.stack)

    def _health(self) -> Iterator[Finding]:
        api = wire_as("ApiFunction", self.session, self.stack, lambda: self.now).api
        health = api.health(api.spend_limits)
        yield from check_sources(health.sources)
        yield from check_spending(health.spending)

    def _x_token(self) -> Iterator[Finding]:
        secret = XToken(self.session.client("secretsmanager"), self.stack.output("XSecretArn"), lambda: self.now)
        try:
            usage = x.read_usage(self.stack.parameters.get("XApiUrl") or "https://api.x.com", secret())
        except SourceError as error:
            problem = str(error).partition(": store the token")[0]
            yield failure(x.CHECK, problem, "Store it: earshot deploy, which asks for it")
        except x.XRefusalError as error:
            yield from x.check_refusal(error)
        else:
            yield from x.check_usage(usage)

    def _people(self) -> Iterator[Finding]:
        wired = wire(self.session, self.stack, CASE_TABLE, ALERT_TOPIC)
        team: Team = wired.team()
        reached = tuple(wired.roster_admin.reachability(team.everybody(), self.now))
        return check_people(reached, [person.id for person in team.on_call(1, self.now)], self._unverified(reached))

    def _unverified(self, reached: Iterable[Reachability]) -> frozenset[str]:
        """The numbers that the sandbox keeps messages from; none where that cannot be asked, which ``_sms`` says."""
        phones = frozenset(one.person.phone for one in reached if one.person.phone)
        if self.account is None or not phones:
            return frozenset()
        try:
            return self.account.sms().unverified(phones)
        except (ClientError, BotoCoreError):
            return frozenset()

    def _phones(self) -> frozenset[str]:
        team: Team = wire(self.session, self.stack, CASE_TABLE, ALERT_TOPIC).team()
        return frozenset(person.phone for person in team.everybody() if person.phone)

    def _sms(self, account: AwsAccount) -> Iterator[Finding]:
        phones = self._phones()
        return sms.check_sms(account.sms() if phones else sms.SmsAccount(in_sandbox=True), phones)

    def _sms_log(self, account: AwsAccount) -> Iterator[Finding]:
        role = account.sms_log_role()
        exists = role is not None and account.has_role(role)
        return sms.check_log(role, exists=exists, command=self.stack.output("FollowSmsCommand"))

    def _opted_out(self, account: AwsAccount) -> Iterator[Finding]:
        """Says whether SNS tells who answered STOP: where it does not, everybody counts as willing."""
        phones = self._phones()
        out = [phone for phone in phones if account.opted_out(phone)]
        yield ok("STOP", f"{len(out)} of {len(phones)} phones have answered STOP")

    def _last_alert(self) -> Iterator[Finding]:
        queries = wire(self.session, self.stack, CASE_TABLE).case_queries
        return check_last_alerts(latest_alerts(queries), self.now)

    def _operators(self) -> Iterator[Finding]:
        return deployment.check_operator_mail(self._facts.operators().subscribed())

    def _dead_letters(self) -> Iterator[Finding]:
        return deployment.check_dead_letters(self._facts.dead_letters())

    def _link_secret(self) -> Iterator[Finding]:
        from earshot.alerting.links.signing_secret import SigningSecret

        secret = self.stack.resource("LinkSecret")
        try:
            SigningSecret(self.session.client("secretsmanager"), secret, lambda: self.now)()
        except LinkError as error:
            problem, _, remedy = str(error).partition(": ")
            yield failure(deployment.LINKS, problem, remedy)
        else:
            yield ok(deployment.LINKS, "Links in alerts can be signed")

    def _webhooks(self) -> Iterator[Finding]:
        targets = read_targets(
            read_secret(self.session.client("secretsmanager"), self.stack.resource("WebhookSecret")) or ""
        )
        return deployment.check_webhooks(targets.faults, len(targets.usable))

    def _users(self) -> Iterator[Finding]:
        return sign_in.check_users(self._facts.users())

    def _sign_in_page(self) -> Iterator[Finding]:
        url = f"{self._facts.sign_in_url()}/login"
        return sign_in.check_page(sign_in.PAGES, url, status_of(url))

    def _console(self) -> Iterator[Finding]:
        url = self.stack.output("ConsoleUrl")
        return sign_in.check_page("console", url, status_of(url))

    def _version(self) -> Iterator[Finding]:
        return deployment.check_version(self._facts.versions(version("earshot")))


def check_sam(path: str | None) -> Iterator[Finding]:
    """Whether the SAM CLI, with which ``earshot deploy`` deploys, is installed; ``path`` is where it was found."""
    if path is None:
        yield failure("SAM CLI", "It is not installed", "make .venv-sam")
    else:
        yield ok("SAM CLI", path)


def find_sam(root: Path | None = None) -> str | None:
    """The SAM CLI that ``make .venv-sam`` installs, else one of the caller's; None where there is none."""
    own = (root or ROOT) / ".venv-sam" / "bin" / "sam"
    return str(own) if own.exists() else shutil.which("sam")
