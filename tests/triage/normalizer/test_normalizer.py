"""The normal form of a post."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.triage.judge import judge
from earshot.triage.judgement import Intent, Severity
from earshot.triage.language.detector import resolve
from earshot.triage.normalizer.normalizer import MAX_LENGTH, readable
from earshot.triage.sentiment.lexicon import measure
from earshot.triage.terms.terms import Terms, first_phrase_in
from earshot.triage.tokenizer import tokenize

DANGER = "my son has collapsed at gate 4 and no staff will call an ambulance"


def in_letters(capital: int, small: int) -> str:
    """The danger in letters that begin at these code points."""
    starts = {"A": capital, "a": small}
    return "".join(
        chr(starts["a" if one.islower() else "A"] + ord(one) - ord("a" if one.islower() else "A"))
        if one.isalpha()
        else one
        for one in DANGER
    )


def replaced(plain: str, other: str) -> str:
    return DANGER.translate(str.maketrans(plain, other))


SPELLINGS = {
    "plain": DANGER,
    "mathematical bold": in_letters(0x1D400, 0x1D41A),
    "script": in_letters(0x1D4D0, 0x1D4EA),
    "fraktur": in_letters(0x1D56C, 0x1D586),
    "monospace": in_letters(0x1D670, 0x1D68A),
    "full width": in_letters(0xFF21, 0xFF41),
    "circled": in_letters(0x24B6, 0x24D0),
    "in brackets": in_letters(0x1F110, 0x249C),
    "black discs": in_letters(0x1F150, 0x1F150),
    "black boxes": in_letters(0x1F170, 0x1F170),
    "Cyrillic look-alikes": replaced("aceopxy", "асеорху"),
    "Greek look-alikes": replaced("aov", "αον"),
    "two alphabets": replaced("ahtnmbued", "αнтηмвυє∂"),
    "small capitals": replaced("abcdeghlmnopstuw", "ᴀʙᴄᴅᴇɢʜʟᴍɴᴏᴘꜱᴛᴜᴡ"),
    "zero-width space": "\u200b".join(DANGER),
    "soft hyphen": DANGER.replace("l", "l\u00ad"),
    "word joiner and controls": DANGER.replace("l", "l\u2060\u200e\x00"),
    "tags": DANGER.replace("a", "a\U000e0061"),
    "lines through": "".join(one + "\u0336" for one in DANGER),
    "underlined": "".join(one + "\u0332" for one in DANGER),
    "enclosed": "".join(one + "\u20dd" for one in DANGER),
    "zalgo": "".join(one + "\u0301\u0316\u0337\u0360" for one in DANGER),
    "accents": replaced("acelnosu", "áćéĺńóśú"),
    "spaced": DANGER.replace("collapsed", "c o l l a p s e d").replace("ambulance", "a.m.b.u.l.a.n.c.e"),
    "entities": "".join(f"&#{ord(one)};" for one in DANGER),
    "entities of entities": "".join(f"&amp;amp;#x{ord(one):x};" for one in DANGER),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_danger_is_read_in_every_spelling(spelling: str) -> None:
    text = "@NimbusAir " + SPELLINGS[spelling]
    judgement = judge(text, language=None, sentiment=None)
    assert (judgement.intent, judgement.severity) == (Intent.COMPLAINT, Severity.CRITICAL)


@pytest.mark.parametrize(
    "text",
    [
        "Самолёт опоздал, а сор и рос не так, у нас нет воды",
        "@NimbusAir нет воды",
        "@NimbusAir ваш wifi не работает",
        "Η πτήση μου καθυστέρησε, και το ρον",
        "@NimbusAir الطائرة مُتَأَخِّرَة",
        "می‌خواهم پولم را",
        "मेरी उड़ान क्षमा रद्द हो गई",
        "ที่สนามบิน",
        "người nghiêng phải được",
        "příští let je příliš opožděný",
        "Straße, où est l'été, mañana, ação, şğı",
        "今天航班取消了",
        "비행기가 취소됐어요",
        "ᐃᓄᒃᑎᑐᑦ",
        "😀 👍🏽 🇬🇧 :) <3",
    ],
)
def test_what_is_really_in_its_script_stays(text: str) -> None:
    assert readable(text) == text.replace("ที่สนามบิน", "ที่สนามบิน")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("refund in <3 days", "refund in less than 3 days"),
        ("&lt;3 hours, <20 minutes", "less than 3 hours, less than 20 minutes"),
        ("I <3 days like this", "I <3 days like this"),
        ("you guys <3", "you guys <3"),
        ("&not good &amp; &copy", "&not good & &copy"),
        ("nothing 4 u &me", "nothing 4 u &me"),
        ("it's 3½ and 2 €…", "it's 3  and 2 €…"),
    ],
)
def test_figures_and_entities(written: str, read: str) -> None:
    assert readable(written) == read


def test_a_number_that_is_no_character_is_left_as_it_is() -> None:
    number = "&#" + "9" * 4301 + ";"
    assert readable(number) == number
    assert judge(f"@NimbusAir {DANGER} {number}", language=None, sentiment=None).severity is Severity.CRITICAL


def test_a_long_post_is_read_up_to_the_limit_and_invisible_characters_are_not_counted() -> None:
    padded = "fine " * 900 + DANGER + " fine" * 5_000
    assert len(readable(padded)) == MAX_LENGTH
    assert judge(padded, language="en", sentiment=None).severity is Severity.CRITICAL
    assert readable("\u200b" * 25_000 + DANGER) == DANGER
    assert len(readable("\ufdfa" * 1_000)) == MAX_LENGTH


def test_digits_and_signs_for_letters_are_read_in_words_worth_disguising() -> None:
    assert tokenize("y0u st0le my m0ney, fr@ud $cam").normalized == " you stole my money , fraud scam "
    kept = "b2b mp3s h2o a1b2 write to help@site.com, @fr0d"
    assert "b2b mp3s h2o a1b2 write to help site . com" in tokenize(kept).normalized


def test_names_match_the_normal_form() -> None:
    terms = Terms(handles=frozenset({"nimbusair"}), products=("Nimbus Plus",), always_urgent=("gas leak", "МТС"))
    assert first_phrase_in(readable("a g\u0430s l\u200beak"), terms.always_urgent) == "gas leak"
    assert first_phrase_in(readable("МТС lost my money and nobody helps"), terms.always_urgent) == "MTC"
    assert first_phrase_in(readable("МТС украл деньги"), terms.always_urgent) == "МТС"
    assert first_phrase_in(readable("Nimbus\u2060 𝗣𝗹𝘂𝘀™"), terms.products) == "Nimbus Plus"
    assert tokenize("@NimbusAir's crew, Rival Air's seats", terms=Terms(competitors=("Rival Air",))).normalized == (
        " crew , competitor seats "
    )


PIECES = st.sampled_from(
    [
        *(
            "\ud800",
            "\0",
            "\u202e",
            "\u200d",
            "\u3164",
            "İ",
            "ß",
            "а",
            "ο",
            "∂",
            "🇭",
            "<",
            "<3 ",
            "@",
            "#",
            "$",
            "RT @",
        ),
        *("“@a", " c o l l ", "&amp;" * 50, "&#" + "9" * 5_000 + ";", "9" * 5_000),
        "\ufdfa" * 1_000,
        "e" + "\u0301" * 3_000,
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=8).map("".join)


@given(TEXTS)
def test_nothing_that_a_post_contains_raises(text: str) -> None:
    terms = Terms(frozenset({"a"}), products=("Nimbus Plus",), competitors=("日本",), always_urgent=("gas leak",))
    language = resolve(text, None)
    for each in (language, "en", "fr", "xx"):
        judge(text, language=each, sentiment=measure(text, each), terms=terms)
    assert len(readable(text)) <= MAX_LENGTH
    assert not re.search("[\u200b\u00ad\ud800-\udfff\0]", readable(text))
