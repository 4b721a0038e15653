"""``earshot replay``: recorded posts, or a scenario, through the whole pipeline."""

import sys
from pathlib import Path

import click

from infra.cli.bad_rows import exit_if_bad, report_bad_rows, report_notes
from infra.cli.exit_status import EXIT_INCOMPLETE
from infra.cli.options import FILE, FOLDER, brand_option, search_option, searches_of, terms_option


@click.command()
@click.argument("file", type=FILE)
@click.option("--out", type=FOLDER, help="The folder for the results.")
@brand_option(required=False)
@search_option
@terms_option
@click.option("--state", type=FOLDER, help="Where the embedded cloud is kept between replays.  [default: OUT/state]")
def replay(
    file: Path,
    out: Path | None,
    brands: tuple[str, ...],
    searches: tuple[str, ...],
    terms: Path | None,
    state: Path | None,
) -> None:
    """Put recorded posts through the whole pipeline, in their own time.

    FILE is CSV or JSON lines with the columns id, created_at (RFC 3339, or Twitter's format), author_id and text;
    author_handle, author_name, followers, lang (or language), conversation_id, in_reply_to_id and reposted_id are
    optional. What the APIs of X, Bluesky and Mastodon answer, and what tools save of it, is recognised:
    docs/commands.md lists it. Posts whose author is one of the brands are the brand's own.

    \b
    Written to OUT:
      mentions.jsonl   each post, its classification, and its case
      cases.jsonl      each case: severity, status, and when it was answered
      alerts.jsonl     each SMS and email that would have been sent
      summary.json     the figures

    Replaying the same posts into the same state changes nothing, even with other terms: use another state for those.
    Rows that cannot be read are reported and left out, and the exit status is then 1.

    FILE can also be a scenario (.toml): posts, what staff do, and the alerts that are expected. It is played minute by
    minute, and the exit status is 1 if the alerts differ. infra/replay/scenarios has examples.
    """
    if file.suffix == ".toml":
        _play_scenario(file)
    elif out is None or not brands:
        raise click.UsageError("Give the brand and the folder for the results: --brand HANDLE --out FOLDER.")
    else:
        _replay_recording(file, out, brands, searches_of(searches, brands), terms, state or out / "state")


def _replay_recording(
    file: Path, out: Path, brands: tuple[str, ...], searches: dict[str, str | None], terms: Path | None, state: Path
) -> None:
    from infra.evaluation.terms_file import load_terms_text
    from infra.replay.formats.sources import accounts_on_x
    from infra.replay.recording import handles_of, read_recording
    from infra.replay.replay import replay as run_replay
    from infra.replay.summary import as_text

    text = "" if terms is None else load_terms_text([handles_of(brand)[0] for brand in brands], terms)
    recording = read_recording(file, brands, searches)
    report_notes(recording.notes)
    report_bad_rows(recording.bad)
    if recording.unmatched:
        click.echo(f"Left out: {recording.unmatched} posts that name no brand and contain no search term.", err=True)
    with click.progressbar(
        length=len(recording.mentions), label=f"Replaying {len(recording.mentions)} posts", file=sys.stderr
    ) as bar:
        replayed = run_replay(
            recording.mentions,
            [accounts_on_x(brand) for brand in brands],
            out=out,
            state=state,
            terms=text,
            bad_rows=len(recording.bad),
            progress=lambda done: bar.update(done - bar.pos),
        )
    click.echo(as_text(replayed.summary))
    click.echo(f"Written to {out}: mentions.jsonl, cases.jsonl, alerts.jsonl, summary.json")
    exit_if_bad(recording.bad)


def _play_scenario(file: Path) -> None:
    from infra.replay.scenario import read_scenario
    from infra.replay.scenario_player import play_scenario

    scenario = read_scenario(file)
    click.secho(scenario.title, bold=True)
    lines: list[str] = []
    for line in play_scenario(scenario):
        lines.append(line)
        click.echo(line if line in scenario.expected else click.style(f"{line}   (not expected)", fg="red"))
    for line in [line for line in scenario.expected if line not in lines]:
        click.secho(f"{line}   (expected, did not happen)", fg="red")
    if lines != list(scenario.expected):
        sys.exit(EXIT_INCOMPLETE)
