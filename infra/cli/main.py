"""The ``earshot`` command: its group, and how errors end it.

Each command imports what it needs when it is called, so that ``--help`` answers at once.
"""

import errno
import sys

import click

from earshot.errors import EarshotError
from infra.cli.commands.deployed.access.secrets import secrets
from infra.cli.commands.deployed.access.users import users
from infra.cli.commands.deployed.cases import cases
from infra.cli.commands.deployed.corrections import corrections
from infra.cli.commands.deployed.dead_letters import dead_letters, redrive
from infra.cli.commands.deployed.digest import digest
from infra.cli.commands.deployed.forget import forget
from infra.cli.commands.deployed.incidents import incidents
from infra.cli.commands.deployed.learn import learn
from infra.cli.commands.deployed.listening.backfill import backfill
from infra.cli.commands.deployed.listening.coverage import budget, coverage
from infra.cli.commands.deployed.listening.removals import removals
from infra.cli.commands.deployed.report import report
from infra.cli.commands.deployed.settings.brand import brand
from infra.cli.commands.deployed.settings.policy import policy
from infra.cli.commands.deployed.settings.sources import sources
from infra.cli.commands.deployed.settings.terms import terms
from infra.cli.commands.deployed.silence import silence
from infra.cli.commands.deployed.staff import staff
from infra.cli.commands.lifecycle.backup import backup, restore
from infra.cli.commands.lifecycle.upgrade_check import upgrade_check
from infra.cli.commands.openapi import openapi
from infra.cli.commands.recorded.backtest import backtest
from infra.cli.commands.recorded.classify import classify
from infra.cli.commands.recorded.evaluate import evaluate
from infra.cli.commands.recorded.replay import replay
from infra.cli.commands.run import demo, run
from infra.cli.commands.setup.deploy import deploy
from infra.cli.commands.setup.doctor import doctor
from infra.cli.commands.setup.test_alert import test_alert
from infra.cli.exit_status import EXIT_UNUSABLE
from infra.cli.printable import printable

HELP = {"help_option_names": ["-h", "--help"]}
INTERRUPTED = 130


class _Commands(click.Group):
    """Shows Earshot's own errors as a message instead of a traceback, and exits with ``EXIT_UNUSABLE``."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except EarshotError as error:
            # Files and AWS may put anything into a message.
            click.secho(printable(str(error)), fg="red", err=True)
            sys.exit(EXIT_UNUSABLE)
        except KeyboardInterrupt:
            click.secho("Stopped.", err=True)
            sys.exit(INTERRUPTED)
        except click.Abort as error:
            # A question that nobody answered: click means Ctrl-C by it, and the end of the input.
            if not isinstance(error.__context__, EOFError):
                click.secho("Stopped.", err=True)
                sys.exit(INTERRUPTED)
            click.secho("It asks, and nobody answers: run it in a terminal, or see --help.", fg="red", err=True)
            sys.exit(EXIT_UNUSABLE)
        except OSError as error:
            if error.filename is None and error.errno != errno.ENOSPC:
                raise
            click.secho(f"{error.filename or 'A file'}: {error.strerror}.", fg="red", err=True)
            sys.exit(EXIT_UNUSABLE)
        except Exception as error:
            # Imported by whoever raised it: without boto3 there is none. What a command expects, it says better.
            if not type(error).__module__.startswith("botocore."):
                raise
            click.secho(
                f"AWS cannot be asked or refuses ({error}). See your credentials, permissions and network.",
                fg="red",
                err=True,
            )
            sys.exit(EXIT_UNUSABLE)


@click.group(cls=_Commands, context_settings=HELP)
@click.version_option(package_name="earshot")
def main() -> None:
    """Earshot finds customers who complain in public, and alerts the people who answer them.

    \b
    Try it, with no cloud account:
      earshot run                      listen to the sample stream until Ctrl-C
      earshot replay posts.csv --brand NimbusAir --out replayed
                                       what would have happened on recorded posts
      earshot backtest posts.csv --brand NimbusAir --new terms.toml
                                       who would be paged with other terms
      echo '{"id": "1", "text": "@NimbusAir you lost my bag"}' | earshot classify
                                       how one post is classified

    \b
    Set it up (with your AWS credentials):
      earshot deploy                   deploy it, or change what is deployed
      earshot doctor                   what must be true before anybody relies on it
      earshot test-alert               a test alert to each person

    \b
    Operate a deployed stack (with your AWS credentials):
      earshot secrets set x            store the token with which X is read
      earshot users add mia@example.com --group lead
                                       let somebody sign in
      earshot cases list --late        the cases whose answer is overdue
      earshot dead-letters             what failed, and why
      earshot redrive                  process it again
      earshot digest                   the morning digest, as it would be mailed now
      earshot corrections              what staff corrected, and how precise each rule was
      earshot learn                    what the corrections teach; applied after a yes
      earshot report --from 2026-11-01 --to 2026-11-21
                                       cases, response times and cost of a period
      earshot coverage                 what each source heard and missed in the last days
      earshot backfill --source SOURCE --from 2026-11-21T09:00Z --to 2026-11-21T11:00Z
                                       fetch what was missed, after its price was told
      earshot removals                 what is gone at its source, and so here
      earshot budget                   what the month will cost, what for, and what it brings
      earshot brand put brand.toml     change whom Earshot listens for, without a deployment
      earshot sources add URL          listen to a blog, a forum or an alert by its feed
      earshot terms put terms.toml     change what is urgent, without a deployment
      earshot policy put policy.toml   change response targets, ladders and business hours
      earshot silence add --topic outage --for 2h --why "planned work"
                                       mute alerts that can wait
      earshot incidents tell ID        the customers to tell that an incident is over
      earshot forget author @jane      remove what somebody wrote from all that is stored
      earshot backup FILE              all that is stored; earshot restore brings it back
      earshot upgrade-check            what a deployment of this checkout would replace or lose
    """


for command in (
    backfill,
    backtest,
    backup,
    brand,
    budget,
    cases,
    classify,
    corrections,
    coverage,
    dead_letters,
    demo,
    deploy,
    digest,
    doctor,
    evaluate,
    forget,
    incidents,
    learn,
    openapi,
    policy,
    redrive,
    removals,
    replay,
    report,
    restore,
    run,
    secrets,
    silence,
    sources,
    staff,
    terms,
    test_alert,
    upgrade_check,
    users,
):
    main.add_command(command)
