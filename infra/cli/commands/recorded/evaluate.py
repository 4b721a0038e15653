"""``earshot evaluate``: how well triage agrees with labels that people gave."""

import sys
from pathlib import Path

import click

from infra.cli.bad_rows import exit_if_bad, report_bad_rows, report_notes
from infra.cli.exit_status import EXIT_INCOMPLETE
from infra.cli.options import FILE, FOLDER, brand_options


@click.command()
@click.argument("file", type=FILE)
@click.option("--out", required=True, type=FOLDER, help="The folder for the results.")
@click.option("--baseline", type=FILE, help="Labelled posts to train a linear baseline on.")
@click.option("--reader", metavar="MODEL", help="Ask this model of Amazon Bedrock too; uses your AWS credentials.")
@click.option("--input-price", default=1.0, show_default=True, help="US dollars for a million tokens that it reads.")
@click.option("--output-price", default=5.0, show_default=True, help="US dollars for a million tokens that it writes.")
@click.option("--reader-limit", default=1.0, show_default=True, help="US dollars that it may cost at most.")
@click.option("--yes", is_flag=True, help="Ask the model without a question.")
@brand_options
def evaluate(
    file: Path,
    out: Path,
    baseline: Path | None,
    reader: str | None,
    input_price: float,
    output_price: float,
    reader_limit: float,
    yes: bool,
    brands: tuple[str, ...],
    terms: Path | None,
) -> None:
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
      reader.json       with --reader: the figures without it and with it

    With --reader the price is told before anything is sent.

    Rows that cannot be read are reported and left out, and the exit status is then 1.
    """
    from infra.evaluation.evaluate import evaluate as measure
    from infra.evaluation.results.report import as_text
    from infra.evaluation.terms_file import load_terms
    from infra.evaluation.triage import labelled_triage

    known = load_terms(brands, terms)
    without = labelled_triage(known)
    if reader is None:
        report = measure(file, without, out, baseline)
        click.echo(as_text(report))
    else:
        from earshot.triage.reader.price import Prices
        from infra.evaluation.labelled import read_labelled
        from infra.evaluation.reader import MeasuredReader, gain, worth_reading

        posts = read_labelled(file).posts
        judged = without(posts, frozenset())
        asked = worth_reading(posts, judged)
        measured = MeasuredReader.of(reader, Prices(input_price, output_price), reader_limit)
        click.echo(f"{reader} reads {len(asked):,} of {len(posts):,} posts: {measured.price(asked)}.", err=True)
        if not yes and not click.confirm("Send their texts to Amazon Bedrock?", err=True):
            sys.exit(EXIT_INCOMPLETE)
        readings = measured.read(asked)
        report = measure(file, labelled_triage(known, readings), out, baseline)
        gained = gain(posts, judged, report.judgements, measured, readings)
        gained.write(out)
        click.echo(f"{as_text(report)}\n\n{gained}")
    report_notes(report.measured.notes)
    report_bad_rows(report.bad)
    exit_if_bad(report.bad)
