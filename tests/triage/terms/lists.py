"""Terms files for tests."""

import json
from typing import Any

from earshot.triage.terms.terms import Terms
from earshot.triage.terms.toml_file import parse_terms

COMPLETE = """
products = ["Nimbus Plus", " Worst Case Soda ", "Nimbus Plus"]
competitors = ["Rival Air", "@rivalair"]
vip_authors = ["@Mayor_of_Leeds", " 12345 "]
always_urgent = ["oxygen mask"]
never_urgent = ["#NimbusQuiz"]
disabled_rules = ["cue.joke", "stake.journey"]
"""


def parsed(text: str = "", **lists: Any) -> Terms:
    """The terms of a file with this text and these lists, for the brand @Acme."""
    return parse_terms(text + "".join(f"\n{name} = {json.dumps(value)}" for name, value in lists.items()), ["@Acme"])
