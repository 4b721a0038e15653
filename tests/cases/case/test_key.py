"""The key of a case names the customer, and comes back from the id that people see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.cases.case.key import CaseKey, check_case_id
from earshot.errors import NotFoundError
from earshot.mentions.mention import Author
from tests.fakes import CASE, a_mention

IDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60)


def test_a_case_is_of_one_customer_of_one_brand_in_one_conversation():
    assert str(CaseKey.of(a_mention())) == CASE
    assert str(CaseKey.of(a_mention(author=Author("8")))) == "x-1-8-nimbusair"
    assert str(CaseKey.of(a_mention(brand="HarborBank"))) == "x-1-7-harborbank"
    assert str(CaseKey.of(a_mention(conversation_id="2"))) == "x-2-7-nimbusair"
    assert str(CaseKey.for_author(a_mention(), "8")) == "x-1-8-nimbusair"


def test_the_case_of_an_incident_has_no_customer():
    key = CaseKey.parse("incident-outage-nimbusair-1")
    assert (key.source, key.conversation_id, key.customer) == ("incident", "outage-nimbusair-1", "")
    assert str(key) == "incident-outage-nimbusair-1"


@given(IDS, IDS, IDS)
def test_a_key_comes_back_from_its_id(conversation_id, author_id, brand):
    mention = a_mention(conversation_id=conversation_id, author=Author(author_id), brand=brand)
    key = CaseKey.of(mention)
    assert CaseKey.parse(str(key)) == key


@given(st.lists(st.tuples(IDS, IDS, IDS), min_size=2, max_size=2, unique=True))
def test_no_two_customers_share_a_key(parts):
    one, other = (
        CaseKey.of(a_mention(conversation_id=conversation_id, author=Author(author_id), brand=brand))
        for conversation_id, author_id, brand in parts
    )
    same_brand = parts[0][:2] == parts[1][:2] and parts[0][2].lower() == parts[1][2].lower()
    assert (str(one) == str(other)) is same_brand


@pytest.mark.parametrize("case_id", ["", "x", "x-", "-1", "x y-1", "x-1-7-nimbusair 2", "x-" + "9" * 401])
def test_what_can_be_the_id_of_no_case_is_not_found(case_id):
    with pytest.raises(NotFoundError, match="x-1234567890-42-nimbusair"):
        check_case_id(case_id)
    with pytest.raises(NotFoundError):
        CaseKey.parse(case_id)
