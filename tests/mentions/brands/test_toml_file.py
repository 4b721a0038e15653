"""The brand file: read as people write it, and refused with every mistake and its remedy."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.errors import BrandsError
from earshot.mentions.brands.brands import Brands
from earshot.mentions.brands.toml_file import MAX_HANDLES, MAX_SEARCH_TERMS, brands_as_toml, parse_brands
from earshot.mentions.sources.x.accounts import BrandAccounts
from earshot.mentions.sources.x.thinning import DEFAULT_THINNING, Step, Thinning

TWO = """
[[brands]]
handles = ["@NimbusAir", "NimbusHelp", "nimbusair"]
search_terms = [" nimbus air ", "quotes:NimbusAir", "nimbus, the airline"]
voices = ["@Anna_of_Nimbus", "4711"]

[[brands]]
handles = ["CordialCable"]
"""


def test_what_waits_first_when_the_budget_runs_low_is_read_and_written() -> None:
    text = TWO + '[budget]\nthin_first = ["own_posts"]\ncostly_terms = ["nimbus air"]\n'
    thinning = parse_brands(text).thinning
    assert thinning == Thinning((Step.OWN_POSTS, Step.COSTLY_TERMS, Step.SEARCHES), ("nimbus air",))
    assert parse_brands(brands_as_toml(parse_brands(text))) == parse_brands(text)
    assert parse_brands(TWO).thinning == DEFAULT_THINNING


def of_lists(**lists: object) -> str:
    texts = {key: json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") for key, value in lists.items()}
    return "[[brands]]\n" + "".join(f"{key} = {text}\n" for key, text in texts.items())


def test_each_brand_has_its_accounts_its_terms_and_its_voices() -> None:
    brands = parse_brands(TWO)
    terms = {"nimbus air": "NimbusAir", "quotes:NimbusAir": "NimbusAir", "nimbus, the airline": "NimbusAir"}
    of = {"nimbusair": "NimbusAir", "nimbushelp": "NimbusAir", "cordialcable": "CordialCable"}
    handles = ("NimbusAir", "NimbusHelp", "CordialCable")
    assert brands == Brands(
        BrandAccounts(handles, terms, brands=of), {"anna_of_nimbus": "NimbusAir", "4711": "NimbusAir"}
    )
    assert brands.names == ("NimbusAir", "CordialCable")
    assert [feed.key for feed in brands.feeds] == [
        *(f"x#{kind}#{handle}" for handle in handles for kind in ("mentions", "own")),
        *(f"x#search#{term}" for term in terms),
    ]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "it names no brand: write [[brands]]"),
        ('handles = ["NimbusAir"]', "'handles' belongs to no brand: write [[brands]]"),
        ('brands = ["NimbusAir"]', "it names no brand: write [[brands]]"),
        ("[brands]\nhandles = []", "it names no brand: write [[brands]]"),
        ("[[brands]", "is not valid TOML"),
        (f"budget = 1\n{of_lists(handles=['A'])}", "'budget' must be a table"),
        (of_lists(handles=["A"]) + '[budget]\nthin_first = "searches"', "must be a list of texts"),
        (of_lists(handles=["A"]) + '[budget]\nthin_first = ["mentions"]', "The mentions are always read."),
        (of_lists(handles=["A"]) + '[budget]\nthin_first = ["searches", "searches"]', "names one twice"),
        (of_lists(handles=["A"]) + '[budget]\ncostly_terms = ["a"]', "is not a search term of a brand above"),
        (of_lists(handles=["A"]) + "[budget]\nthin = []", "[budget] has 'thin', which is not known"),
        ("brands = " + "[" * 9999, "is not valid TOML"),
        (of_lists(), "brand 1 names no handle"),
        (of_lists(handles=[]), "brand 1 names no handle"),
        (of_lists(handles="NimbusAir"), "'handles' of brand 1 must be a list of texts"),
        (of_lists(handles=["NimbusAir", 1]), "'handles' of brand 1 must be a list of texts"),
        (of_lists(handles=["Nimbus Air"]), "no handle on X, which has letters from A to Z"),
        (of_lists(handles=["a" * 16]), "has 16 characters, and a handle on X has 15 at most: copy it from the profile"),
        (of_lists(handles=["A"], search_terms=["quotes:Nimbus-Air"]), "copy it from the profile"),
        (of_lists(handles=["A"], search_terms=[" "]), "it is empty: leave it out"),
        (of_lists(handles=["A"], search_terms=["a\nb"]), "it has a line break"),
        (of_lists(handles=["A"], search_terms=["a" * 511]), "it has 511 characters, and X takes 510 at most"),
        (of_lists(handles=["A"], voices=["José"]), "neither a handle nor the id of an account"),
        (of_lists(handles=["A"], products=["x"]), "brand 1 has 'products', which is not known"),
        (of_lists(handles=["A"]) + of_lists(handles=["a"]), "'handles' has 'a' for brand 1 and for brand 2"),
        (
            of_lists(handles=["A"], search_terms=["air"]) + of_lists(handles=["B"], search_terms=["Air"]),
            "'search_terms' has 'Air' for brand 1 and for brand 2",
        ),
        (of_lists(handles=[f"a{n}" for n in range(MAX_HANDLES + 1)]), f"at most {MAX_HANDLES} are allowed"),
        (
            of_lists(handles=["A"], search_terms=[f"a{n}" for n in range(MAX_SEARCH_TERMS + 1)]),
            f"at most {MAX_SEARCH_TERMS} are allowed",
        ),
    ],
)
def test_a_mistake_is_named_with_what_to_write(text: str, wrong: str) -> None:
    with pytest.raises(BrandsError) as raised:
        parse_brands(text, "brand.toml")
    assert str(raised.value).startswith("brand.toml ")
    assert wrong in str(raised.value)


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(BrandsError) as raised:
        parse_brands(of_lists(handles=["Nimbus Air"], voices=["é"]) + of_lists(handle=["B"]))
    assert str(raised.value).count("\n  - ") == 4


def test_two_thousand_cyrillic_characters_are_no_problem() -> None:
    terms = [f"нимбус авиа {number:03}" for number in range(MAX_SEARCH_TERMS)]
    assert sum(map(len, terms)) >= 1500
    assert list(parse_brands(of_lists(handles=["NimbusAir"], search_terms=terms)).accounts.terms) == terms


handles = st.lists(st.from_regex(r"[A-Za-z0-9_]{1,15}", fullmatch=True), min_size=1, max_size=6, unique_by=str.lower)
term = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1, max_size=20).map(str.strip)


@given(handles, st.lists(term.filter(lambda text: text and ":" not in text and text[0] != "@"), max_size=4))
def test_what_is_printed_is_read_as_the_same(names: list[str], terms: list[str]) -> None:
    unique = list({text.casefold(): text for text in terms}.values())
    text = of_lists(handles=names[:1], search_terms=unique) + "".join(of_lists(handles=[name]) for name in names[1:])
    brands = parse_brands(text)
    assert parse_brands(brands_as_toml(brands)) == brands
