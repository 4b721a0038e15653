"""A case for the tests of messages, twelve minutes after the customer wrote."""

from datetime import timedelta
from typing import Any

from earshot.cases.case.case import Case
from earshot.cases.conversation.conversation import Conversation
from earshot.cases.conversation.fold import FoldRules, fold
from earshot.cases.policy.policy import Policy
from tests.fakes import BRANDS, CASE, START, a_judgement, a_mention

NOW = START + timedelta(minutes=12)
ACTION_LINK = "https://abc123defg.execute-api.eu-west-1.amazonaws.com/l/0123456789abcdefghijkl"


def a_case(text: str = "@NimbusAir my bag is lost", **changes: Any) -> Case:
    """A case with that text, of a policy that alerts nobody."""
    mention = a_mention("0", text, **changes)
    rules = FoldRules(BRANDS, policy=Policy(ladders={}))
    case = fold(Conversation(CASE), mention, a_judgement(), now=NOW, rules=rules).conversation.case
    assert case is not None
    return case
