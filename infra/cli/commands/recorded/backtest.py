"""``earshot backtest``: who would be paged with other terms, or by another release."""

import sys
from pathlib import Path

import click

from infra.cli.bad_rows import exit_if_bad, report_bad_rows, report_notes
from infra.cli.options import FILE, brand_option


@click.command()
@click.argument("file", type=FILE)
@brand_option(required=True)
@click.option("--old", type=FILE, help="The terms or judgements before the change.  [default: no terms]")
@click.option("--new", type=FILE, help="The terms or judgements after the change.  [default: no terms]")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file for each post that changed.")
def backtest(file: Path, brands: tuple[str, ...], old: Path | None, new: Path | None, out: Path | None) -> None:
    """Compare who would be paged for recorded posts, with other terms or by another release.

    FILE is read as `earshot replay` reads it. --old and --new are terms files (.toml), or the judgements of another
    release: JSON lines as `earshot classify` writes them, or the mentions.jsonl of a replay. With terms, each post is
    classified on its own, with the lexicon, and without its author's history. Posts without a judgement on both sides
    are left out and counted.

    Shown are the posts for which somebody would be paged newly, or no longer, and the rules that appeared and
    disappeared. OUT gets every post that changed as a JSON line: id, source, text, change (pages_newly,
    pages_no_longer, or otherwise: another intent or severity), and old and new, each with intent, urgency, severity
    and reasons.

    Rows that cannot be read are reported and left out, and the exit status is then 1.
    """
    if old is None and new is None:
        raise click.UsageError("There is nothing to compare: give --old, --new or both, terms files or judgements.")
    from infra.evaluation.backtest.backtest import backtest as compare
    from infra.evaluation.backtest.backtest import write_changed
    from infra.evaluation.backtest.sides import side_of
    from infra.evaluation.backtest.text import as_text
    from infra.replay.recording import read_recording

    before, after = side_of(old, brands), side_of(new, brands)
    recording = read_recording(file, brands)
    bad = [*recording.bad, *before.bad, *after.bad]
    report_notes(recording.notes)
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
    exit_if_bad(bad)
