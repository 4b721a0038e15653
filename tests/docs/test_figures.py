"""The figures in the documents are those of the product: defaults, limits, sizes, costs."""

import re
import tomllib

from earshot.cases.policy.policy import DEFAULT_POLICY
from infra.local.sample import sample
from infra.paths import ROOT, SCENARIOS
from tests.docs.documents import README, table, text_of

MOST_WORDS = 1500
MINUTE = 60
OPERATING = ROOT / "docs" / "operating.md"


def test_the_readme_is_short() -> None:
    assert len(text_of(README).split()) <= MOST_WORDS


def test_the_readme_says_the_default_policy() -> None:
    """The example of the handbook is the default, which its own test compares with the program."""
    (example,) = re.findall(r"```toml\n(acknowledgement_expires_minutes.*?)```", text_of(OPERATING), re.DOTALL)
    policy = tomllib.loads(example)
    waits, targets = policy["ladders"]["critical"]["waits"], policy["targets"]
    assert {kind: target.minutes for kind, target in DEFAULT_POLICY.targets.items()} == {
        kind: target if isinstance(target, int) else target["minutes"] for kind, target in targets.items()
    }
    grouping = DEFAULT_POLICY.grouping
    for told in (
        f"critical {targets['critical']} minutes, complaint {targets['complaint']['minutes']} minutes, question "
        f"{targets['question']['minutes'] // MINUTE} hours, everything else {targets['other'] // MINUTE} hours",
        f"on call at once, the lead after {waits[0]} minutes, the executive after {waits[0] + waits[1]}; "
        f"once more from minute {sum(waits)}",
        f"{policy['acknowledgement_expires_minutes']} minutes without an answer",
        f"a group wait of {grouping.wait.seconds // MINUTE} minute (critical: none) and an interval of "
        f"{grouping.interval.seconds // MINUTE}",
    ):
        assert told in text_of(README)


def test_the_readme_counts_the_sample_stream() -> None:
    told = f"{len(sample.load())} invented posts to {number(len(sample.BRANDS))} invented brands"
    assert told in text_of(README)


def test_the_handbook_counts_corpus_and_scenarios() -> None:
    written, held_out = (
        sum(len(file.read_bytes().splitlines()) for file in folder.rglob("*.jsonl"))
        for folder in (ROOT / "infra" / "corpus", ROOT / "infra" / "corpus" / "held_out")
    )
    triage = text_of(ROOT / "docs" / "triage.md")
    assert f"holds {written:,} posts" in triage
    assert f"has {held_out:,} posts" in triage
    assert f"has {number(len(list(SCENARIOS.rglob('*.toml'))))}, which" in text_of(ROOT / "docs" / "commands.md")


def number(count: int) -> str:
    """A small number as it is written in a sentence."""
    return (
        "no one two three four five six seven eight nine ten eleven twelve".split()[count]
        if count <= 12
        else str(count)
    )


def test_the_costs_in_the_readme_are_those_measured() -> None:
    measured = table(ROOT / "docs" / "cost.md", "## A month for a small brand")
    month = {name.strip("*"): float(thousand.strip("*")) for name, _, thousand, *_ in measured}
    idle = {name.strip("*"): float(nothing.strip("*")) for name, nothing, *_ in measured}
    (told,) = re.findall(r"About \$(\d+) a month.*?\$(\d+) to listen, \$(\d+) for X, \$(\d+) for SMS", text_of(README))
    (free,) = re.findall(r"take about \$(\d+) off", text_of(README))
    figures = [month["together"], idle["together"], month["X"], month["SMS"]]
    assert [int(figure) for figure in told] == [round(figure) for figure in figures]
    assert int(free) == round(month["together"] - month["less what AWS gives every account free"])
