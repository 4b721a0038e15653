"""``earshot evaluate``: how well triage agrees with labels that people gave."""

from pathlib import Path

import click

from infra.cli.bad_rows import exit_if_bad, report_bad_rows
from infra.cli.options import FILE, FOLDER, brand_options


@click.command()
@click.argument("file", type=FILE)
@click.option("--out", required=True, type=FOLDER, help="The folder for the results.")
@click.option("--baseline", type=FILE, help="Labelled posts to train a linear baseline on.")
@brand_options
def evaluate(file: Path, out: Path, baseline: Path | None, brands: tuple[str, ...], terms: Path | None) -> None:
    """Measure triage on posts that a person has labelled.

    FILE is CSV or JSON lines with id, text and label (or intent): complaint, question, praise, opportunity or other;
    noise, negative, positive and neutral work as well. An optional urgency is urgent, normal or none. Sentiment comes
    from the lexicon. Earshot is compared with a plain sentiment lexicon and, with --baseline, with a linear model.

    \b
    Written to OUT:
      figures.json      all figures
      predictions.csv   each post and its classification
      errors.csv        the worst errors first
      ablation.csv      what each rule contributes
      curves.png        precision against recall, ROC, and the confusion of intents

    Rows that cannot be read are reported and left out, and the exit status is then 1.
    """
    from infra.evaluation.evaluate import evaluate as measure
    from infra.evaluation.results.report import as_text
    from infra.evaluation.terms_file import load_terms
    from infra.evaluation.triage import labelled_triage

    report = measure(file, labelled_triage(load_terms(brands, terms)), out, baseline)
    report_bad_rows(report.bad)
    click.echo(as_text(report))
    exit_if_bad(report.bad)
