"""The figures as a picture: precision over recall, the ROC curve, and what each intent was taken for."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

from earshot.triage.judgement import Intent
from infra.evaluation.results.metrics import ComplaintPredictions, IntentMetrics
from infra.evaluation.scikit_learn import precision_recall_curve, roc_curve

# Colours that the colour-blind tell apart (Okabe and Ito 2008); dashes and marks differ for greyscale print.
_STYLES = (("#0072B2", "-", "o"), ("#D55E00", "--", "s"), ("#009E73", "-.", "^"))
_GREY = "#666666"
_DOTS_PER_INCH = 150
_PANEL_INCHES = 5.2


class _Axes(Protocol):
    """The methods of matplotlib's ``Axes`` that are used here; matplotlib types none of their keywords."""

    def axhline(self, y: float, **style: object) -> object: ...
    def grid(self, **style: object) -> object: ...
    def imshow(self, shares: Sequence[Sequence[float]], **style: object) -> object: ...
    def legend(self, **style: object) -> object: ...
    def plot(self, *args: object, **style: object) -> object: ...
    def set(self, **properties: object) -> object: ...
    def set_xticks(self, ticks: Sequence[int], labels: Sequence[str], **style: object) -> object: ...
    def set_yticks(self, ticks: Sequence[int], labels: Sequence[str], **style: object) -> object: ...
    def step(self, x: Sequence[float], y: Sequence[float], **style: object) -> object: ...
    def text(self, x: float, y: float, text: str, **style: object) -> object: ...


class _Figure(Protocol):
    def suptitle(self, text: str) -> object: ...
    def subplots(self, rows: int, columns: int) -> Sequence[_Axes]: ...


class _Canvas(Protocol):
    def print_figure(self, path: Path, **options: object) -> object: ...


def draw(
    path: Path, labels: Sequence[bool], verdicts: Sequence[ComplaintPredictions], intents: IntentMetrics | None
) -> None:
    """Write the picture as a PNG. The verdicts are at most three; the confusion is left out where it is not known."""
    # It takes a second to load, which whoever draws nothing does not pay.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    panels = 2 if intents is None else 3
    figure = Figure(figsize=(panels * _PANEL_INCHES, _PANEL_INCHES), layout="constrained")
    page, canvas = cast("_Figure", figure), cast("_Canvas", FigureCanvasAgg(figure))
    axes = page.subplots(1, panels)
    page.suptitle(f"{len(labels):,} posts, {sum(labels):,} complaints; a mark is where each draws its line")
    _precision_over_recall(axes[0], labels, verdicts)
    _roc(axes[1], labels, verdicts)
    if intents is not None:
        _confusion(axes[2], intents)
    # No version of matplotlib in the file: the same figures are the same picture.
    canvas.print_figure(path, format="png", dpi=_DOTS_PER_INCH, metadata={"Software": None})


def _precision_over_recall(axes: _Axes, labels: Sequence[bool], verdicts: Sequence[ComplaintPredictions]) -> None:
    for (colour, dashes, mark), one in zip(_STYLES, verdicts, strict=False):
        precision, recall = precision_recall_curve(labels, one.scores)
        name = f"{one.name} (average precision {one.figures.average_precision:.2f})"
        axes.step(recall, precision, where="post", color=colour, linestyle=dashes, label=name)
        axes.plot(one.figures.recall, one.figures.precision, mark, color=colour)
    share = sum(labels) / len(labels)
    axes.axhline(share, color=_GREY, linestyle=":", label=f"chance ({share:.2f})")
    _frame(axes, "Complaints: precision over recall", "recall", "precision")


def _roc(axes: _Axes, labels: Sequence[bool], verdicts: Sequence[ComplaintPredictions]) -> None:
    others = len(labels) - sum(labels)
    for (colour, dashes, mark), one in zip(_STYLES, verdicts, strict=False):
        false, true = roc_curve(labels, one.scores)
        axes.plot(false, true, color=colour, linestyle=dashes, label=f"{one.name} (AUC {one.figures.auc:.2f})")
        called = sum(called and not label for label, called in zip(labels, one.predicted, strict=True))
        axes.plot(called / others, one.figures.recall, mark, color=colour)
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle=":", label="chance (0.50)")
    _frame(axes, "Complaints: ROC", "share of other posts called complaints", "share of complaints found")


def _frame(axes: _Axes, title: str, below: str, beside: str) -> None:
    axes.set(title=title, xlabel=below, ylabel=beside, xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
    axes.grid(visible=True, color="#dddddd", linewidth=0.6)
    axes.legend(loc="lower left" if beside == "precision" else "lower right", fontsize="small")


def _confusion(axes: _Axes, intents: IntentMetrics) -> None:
    """Shaded by the share of a row, so that a rare intent is seen as well; the numbers are posts."""
    columns = list(Intent)
    shares = [
        [row[column] / intents.each[label].posts for column in columns] for label, row in intents.confusion.items()
    ]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for height, (row, line) in enumerate(zip(intents.confusion.values(), shares, strict=True)):
        for across, (column, share) in enumerate(zip(columns, line, strict=True)):
            axes.text(
                across, height, f"{row[column]:,}", ha="center", va="center", color="white" if share > 0.5 else "black"
            )
    axes.set_xticks(range(len(columns)), [str(column) for column in columns], rotation=30)
    axes.set_yticks(range(len(shares)), [str(label) for label in intents.confusion])
    axes.set(title="Intents: posts by label and judgement", xlabel="judged", ylabel="label")
