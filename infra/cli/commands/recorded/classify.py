"""``earshot classify``: what posts mean, how urgent they are, and why."""

import sys
from pathlib import Path
from typing import IO

import click

from infra.cli.bad_rows import exit_if_bad, report_bad_rows, report_notes
from infra.cli.options import brand_options


@click.command()
@click.option("--input", "source", type=click.File("rb"), default="-", help="The posts.  [default: stdin]")
@click.option(
    "--analyzer",
    type=click.Choice(["lexicon", "comprehend"]),
    default="lexicon",
    show_default=True,
    help="What measures sentiment; comprehend uses your AWS credentials and costs money.",
)
@brand_options
@click.option("--explain", is_flag=True, help="Print the rules that fired and their weights, for people, not JSON.")
def classify(source: IO[bytes], analyzer: str, brands: tuple[str, ...], terms: Path | None, explain: bool) -> None:
    """Classify posts: what each one means, how urgent it is, and why.

    Reads JSON lines with at least id and text (lang or language, author, followers, verified and reposts are used if
    given), or any file that `earshot replay` reads, and writes one JSON line for each post: id, language, sentiment,
    intent, complaint_score (0 to 1), urgency (0 to 100), severity and reasons. Posts that cannot be read are reported
    and left out, and the exit status is then 1.
    """
    from infra.evaluation.classify import classify_lines
    from infra.evaluation.terms_file import load_terms

    bad = classify_lines(source, sys.stdout.buffer, analyzer, load_terms(brands, terms), explain=explain, note=_note)
    report_bad_rows(bad)
    exit_if_bad(bad)


def _note(text: str) -> None:
    report_notes([text])
