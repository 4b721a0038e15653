"""The ``earshot`` command: listening on one machine, replaying, judging, and an operator's few levers.

Each command imports what it needs when it is called, so that ``--help`` answers at once.
"""

import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from earshot.errors import EarshotError
from earshot.runtime import utc_now
from infra.cli.commands.corrections import corrections
from infra.cli.commands.digest import digest
from infra.cli.commands.incidents import incidents
from infra.cli.commands.policy import policy
from infra.cli.commands.report import report
from infra.cli.commands.silence import silence
from infra.cli.commands.staff import staff
from infra.cli.commands.terms import terms
from infra.cli.options import FILE, brand_option, brand_options, stack_options, terms_option

if TYPE_CHECKING:
    from infra.ops.dead_letters import DeadLetters

EXIT_BAD_ROWS = 1
EXIT_UNUSABLE = 2
SHOWN_BAD_ROWS = 20
HELP = {"help_option_names": ["-h", "--help"]}


class _Commands(click.Group):
    """A message of ours is for the person who reads it: no traceback, and an exit status that says so."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except EarshotError as error:
            fail(str(error))
        except KeyboardInterrupt:
            click.secho("Stopped.", err=True)
            sys.exit(130)


@click.group(cls=_Commands, context_settings=HELP)
@click.version_option(package_name="earshot")
def main() -> None:
    """Earshot hears customers who complain in public, and gets a person to answer them.

    \b
    Try it, with no cloud account:
      earshot run                      listen to the sample stream until Ctrl-C
      earshot replay posts.csv --brand NimbusAir --out replayed
                                       what would have happened on recorded posts
      earshot backtest posts.csv --brand NimbusAir --new terms.toml
                                       who would be paged under other terms
      echo '{"id": "1", "text": "@NimbusAir you lost my bag"}' | earshot classify
                                       what one post is taken to mean

    \b
    Operate a deployed stack (with your AWS credentials):
      earshot dead-letters             what could not be understood, and why
      earshot redrive                  send it through again
      earshot digest                   what the morning's mail says, or would say
      earshot corrections              what staff said of judgements, and how the rules fared
      earshot report --from 2026-11-01 --to 2026-11-21
                                       what a period was like
      earshot terms put terms.toml     change what is urgent, without a deployment
      earshot policy put policy.toml   change clocks, ladders and business hours
      earshot silence add --topic outage --for 2h --why "planned work"
                                       alert nobody of what can wait
      earshot incidents tell ID        whom to tell that an incident is over
    """


@main.command()
@click.argument("file", type=FILE)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where the results go.")
@brand_option(required=False)
@terms_option
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the embedded cloud is kept between replays.  [default: OUT/state]",
)
def replay(file: Path, out: Path | None, brands: tuple[str, ...], terms: Path | None, state: Path | None) -> None:
    """Put recorded posts through the whole pipeline, in their own time.

    FILE is CSV or JSON lines with the columns id, created_at (RFC 3339, or as Twitter writes it), author_id and
    text; and where known author_handle, author_name, followers, lang, conversation_id, in_reply_to_id, reposted_id.
    Saved response pages of the X API v2 do as well. A post whose author is one of the brands is the brand's own.

    \b
    Written to OUT:
      mentions.jsonl   each post, what it was taken to mean, and its case
      cases.jsonl      each case: how urgent, how it stands, when it was answered
      alerts.jsonl     each SMS and email that somebody would have got
      summary.json     the figures

    The same posts into the same state change nothing, even under other terms: for those, take another state. Rows
    that cannot be read are named, left out and counted, and the exit status is then 1.

    A FILE.toml is a story: posts, what staff do, and the timetable of what everybody receives. It is told minute by
    minute, and the exit status is 1 where what happens is not what it says. infra/replay/scenarios has some.
    """
    if file.suffix == ".toml":
        _tell(file)
        return
    if out is None or not brands:
        raise click.UsageError("Say whose posts these are, and where the results go: --brand HANDLE --out FOLDER.")
    from infra.evaluation.judge_posts import checked_terms
    from infra.replay.recording import read
    from infra.replay.replay import replay as run_replay

    text = "" if terms is None else checked_terms(terms)
    recording = read(file, brands)
    report_bad_rows(recording.bad)
    with click.progressbar(
        length=len(recording.mentions), label=f"Replaying {len(recording.mentions)} posts", file=sys.stderr
    ) as bar:
        replayed = run_replay(
            recording.mentions,
            [brand.lstrip("@") for brand in brands],
            out=out,
            state=state or out / "state",
            terms=text,
            bad_rows=len(recording.bad),
            progress=lambda done: bar.update(done - bar.pos),
        )
    from infra.replay.summary import as_text

    click.echo(as_text(replayed.summary))
    click.echo(f"Written to {out}: mentions.jsonl, cases.jsonl, alerts.jsonl, summary.json")
    if recording.bad:
        sys.exit(EXIT_BAD_ROWS)


def _tell(file: Path) -> None:
    from infra.replay.scenario import read_scenario
    from infra.replay.scenario_player import only_first_told

    story = read_scenario(file)
    click.secho(story.title, bold=True)
    lines = []
    for line in only_first_told(story):
        lines.append(line)
        click.echo(line if line in story.timetable else click.style(f"{line}   (not in the story)", fg="red"))
    for line in [line for line in story.timetable if line not in lines]:
        click.secho(f"{line}   (did not happen)", fg="red")
    if lines != list(story.timetable):
        sys.exit(EXIT_BAD_ROWS)


@main.command()
@click.option(
    "--input", "source", type=click.File("rb"), default="-", help="JSON lines with id and text.  [default: stdin]"
)
@click.option(
    "--analyzer",
    type=click.Choice(["lexicon", "comprehend"]),
    default="lexicon",
    show_default=True,
    help="Who measures sentiment; comprehend uses your AWS credentials, and costs money.",
)
@brand_options
@click.option("--explain", is_flag=True, help="Show what fired and how much it weighed, for people, instead of JSON.")
def classify(source: object, analyzer: str, brands: tuple[str, ...], terms: Path | None, explain: bool) -> None:
    """Judge posts: what each one means, how urgent it is, and why.

    Reads JSON lines with at least id and text (lang, author, followers, verified and reposts are used where given),
    and writes one JSON line for each: id, language, sentiment, intent, complaint_score (0 to 1), urgency (0 to 100),
    severity and reasons. Lines that cannot be read are named, left out and counted, and the exit status is then 1.
    """
    from infra.evaluation.classify import classify_lines
    from infra.evaluation.judge_posts import terms_of

    stdout = click.get_binary_stream("stdout")
    bad = classify_lines(source, stdout, analyzer, terms_of(brands, terms), explain=explain)
    report_bad_rows(bad)
    if bad:
        sys.exit(EXIT_BAD_ROWS)


@main.command()
@click.argument("file", type=FILE)
@brand_option(required=True)
@click.option("--old", type=FILE, help="Terms, or judgements, as they were.  [default: no terms]")
@click.option("--new", type=FILE, help="Terms, or judgements, as they would be.  [default: no terms]")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where each changed post is written.")
def backtest(file: Path, brands: tuple[str, ...], old: Path | None, new: Path | None, out: Path | None) -> None:
    """Compare who would be paged for recorded posts, under other terms or by another release.

    FILE is read as `earshot replay` reads it. --old and --new are terms files (.toml), or the judgements of another
    release: JSON lines as `earshot classify` writes them, or the mentions.jsonl of a replay. Under terms each post is
    judged by the lexicon and as if heard at once, of an author without a past. Posts that a file of judgements lacks
    are left out, and counted.

    Shown are the posts for which somebody would be paged newly, or no longer, and the reasons that came and went. OUT
    gets every changed post as a JSON line: id, source, text, change (pages_newly, pages_no_longer, or otherwise:
    another intent or severity), and old and new, each with intent, urgency, severity and reasons.

    Rows that cannot be read are named, left out and counted, and the exit status is then 1.
    """
    if old is None and new is None:
        raise click.UsageError("There is nothing to compare: give --old, --new or both, terms files or judgements.")
    from infra.evaluation.backtest.backtest import backtest as compare
    from infra.evaluation.backtest.backtest import write_changed
    from infra.evaluation.backtest.text import as_text
    from infra.evaluation.backtest.verdicts import side_of
    from infra.replay.recording import read

    before, after = side_of(old, brands), side_of(new, brands)
    recording = read(file, brands)
    bad = [*recording.bad, *before.bad, *after.bad]
    report_bad_rows(bad)
    with click.progressbar(
        length=len(recording.mentions), label=f"Comparing {len(recording.mentions)} posts", file=sys.stderr
    ) as bar:
        result = compare(recording.mentions, before, after, str(file), lambda done: bar.update(done - bar.pos))
    if out is not None:
        write_changed(out, result)
    click.echo(as_text(result))
    if out is not None:
        click.echo(f"Written to {out}: every changed post")
    if bad:
        sys.exit(EXIT_BAD_ROWS)


@main.command()
@click.argument("file", type=FILE)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Where the files go.")
@click.option("--baseline", type=FILE, help="Labelled posts that a linear model is trained on, to be held beside.")
@brand_options
def evaluate(file: Path, out: Path, baseline: Path | None, brands: tuple[str, ...], terms: Path | None) -> None:
    """Measure triage on posts that a person has labelled.

    FILE is CSV or JSON lines with id, text and label (or intent): complaint, question, praise, opportunity or other;
    noise, negative, positive and neutral are understood too. An optional urgency is urgent, normal or none. The
    sentiment is the lexicon's. Beside Earshot stand a plain sentiment lexicon and, with --baseline, a linear model.

    \b
    Written to OUT:
      figures.json      all figures
      predictions.csv   each post, and what it was taken to mean
      errors.csv        the worst errors first
      ablation.csv      what each rule contributes
      curves.png        precision against recall, and the confusion of intents

    Rows that cannot be read are named, left out and counted, and the exit status is then 1.
    """
    from infra.evaluation.evaluate import evaluate as measure
    from infra.evaluation.judge_posts import judge_labelled, terms_of
    from infra.evaluation.results.report import as_text

    report = measure(file, judge_labelled(terms_of(brands, terms)), out, baseline)
    report_bad_rows(report.bad)
    click.echo(as_text(report))
    if report.bad:
        sys.exit(EXIT_BAD_ROWS)


@main.command()
@click.option("--fresh", is_flag=True, help="Forget what earlier runs stored, and begin the sample stream anew.")
@click.option("--state", default=".earshot", type=click.Path(file_okay=False, path_type=Path), show_default=True)
def run(fresh: bool, state: Path) -> None:
    """Listen on this machine, with no cloud account, until Ctrl-C.

    The deployed template and the deployed functions run in an embedded cloud. Posts come from a sample stream, or
    from X itself where X_BEARER_TOKEN and BRAND_HANDLES are set (and SEARCH_TERMS and X_MONTHLY_SPEND_LIMIT where you
    want them). What was stored is there at the next start.
    """
    from infra.local.run import run as listen

    if fresh:
        shutil.rmtree(state, ignore_errors=True)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    listen(state, stopped)


@main.command()
def demo() -> None:
    """The sample stream once through, two hours in about a minute, and the figures at the end."""
    from infra.local.demo import demo as play

    with tempfile.TemporaryDirectory(prefix="earshot-demo-") as state:
        play(Path(state))


@main.command("dead-letters")
@stack_options
@click.option("--most", default=20, show_default=True, help="How many of each queue are shown.")
def dead_letters(stack: str, local: bool, most: int) -> None:
    """Show what could not be done, and why. Nothing is moved."""
    letters = list(_dead_letters(stack, local).look(most))
    from infra.ops.dead_letters import MEANING

    for queue, meaning in MEANING.items():
        lying = [letter for letter in letters if letter.queue == queue]
        click.secho(f"{queue}: {len(lying) or 'no'} {meaning}", bold=bool(lying))
        for letter in lying:
            click.echo(f"  {letter.sent_at:%Y-%m-%d %H:%M:%S}Z  {letter.reason}")
            click.echo(click.style(f"    {' '.join(letter.body.split())[:160]}", dim=True))
    if letters:
        click.echo("Mend the cause, and send them through again: earshot redrive")


@main.command()
@stack_options
def redrive(stack: str, local: bool) -> None:
    """Send what lies in the dead-letter queues through again.

    Mentions go to the classifier; what is stored already changes nothing. Every case whose alert was not sent goes
    to the notifier. Alerts that a webhook, Slack or Teams did not take are delivered to those again. Runs that never
    began are forgotten: the next minute's made up for them.
    """
    letters = _dead_letters(stack, local)
    click.echo(f"{letters.redrive_mentions()} mentions sent to the classifier again.")
    click.echo(f"{letters.redrive_alerts(utc_now())} cases handed to the notifier again.")
    click.echo(f"{letters.redrive_deliveries()} alerts handed to the deliverer again.")
    click.echo(f"{letters.clear_schedules()} runs that never began forgotten.")


def _dead_letters(name: str, local: bool) -> "DeadLetters":
    from infra.ops.dead_letters import DeadLetters
    from infra.ops.stack import deployed

    return DeadLetters(*deployed(name, local=local))


main.add_command(staff)
main.add_command(terms)
main.add_command(digest)
main.add_command(corrections)
main.add_command(policy)
main.add_command(report)
main.add_command(silence)
main.add_command(incidents)


@main.command()
def openapi() -> None:
    """Print the API's OpenAPI document, as it is served and as docs/openapi.json keeps it."""
    from earshot.api.openapi import document

    click.echo(document(), nl=False)


def report_bad_rows(bad: Iterable[object]) -> None:
    """Name each row that was left out, up to a screenful, and count them all."""
    rows = list(bad)
    for row in rows[:SHOWN_BAD_ROWS]:
        click.secho(str(row), fg="yellow", err=True)
    if len(rows) > SHOWN_BAD_ROWS:
        click.secho(f"... and {len(rows) - SHOWN_BAD_ROWS} more", fg="yellow", err=True)
    if rows:
        click.secho(f"{len(rows)} {'row was' if len(rows) == 1 else 'rows were'} left out.", fg="yellow", err=True)


def fail(message: str) -> None:
    """Say why nothing came of it, and end."""
    click.secho(message, fg="red", err=True)
    sys.exit(EXIT_UNUSABLE)
