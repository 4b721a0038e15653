"""Our own sentiment words: what stands around a word, how it is written, and that each entry of the lists works."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.triage.sentiment import word_list
from earshot.triage.sentiment.spelling import spelled
from earshot.triage.sentiment.word_list import LANGUAGES, score

FOLDER = Path(word_list.__file__).with_name("words")
FILES = {path.stem: path for path in FOLDER.glob("*.txt") if path.stem != "emoji"}


def compound(text: str, language: str) -> float:
    found = score(text, language)
    return found.compound if found else 0.0


def entries(language: str) -> list[tuple[str, str]]:
    """Each entry with the section that it stands in."""
    found: list[tuple[str, str]] = []
    section = ""
    for line in FILES[language].read_text(encoding="utf-8").splitlines():
        if line.endswith(":"):
            section = line[:-1]
        elif not line.startswith("#"):
            found += [(section, entry) for entry in line.split()]
    return found


def texts_of(language: str) -> list[str]:
    return [entry.rstrip("*").replace("_", " ") for _, entry in entries(language)]


@pytest.mark.parametrize(
    ("language", "plain", "negated"),
    [
        ("es", "es bueno", "no es bueno"),
        ("es", "con problemas", "sin problemas"),
        ("pt", "é bonito", "não é bonito"),
        ("pt", "é horrível", "nunca é horrível"),
        ("fr", "c'est génial", "ce n'est pas génial"),
        ("fr", "j'aime", "j'aime pas"),
        ("de", "das ist schlecht", "das ist nicht schlecht"),
        ("de", "das gefällt mir", "das gefällt mir gar nicht"),
        ("it", "è bello", "non è bello"),
        ("ar", "جميل", "مش جميل"),
        ("ar", "جيد", "ليس جيد"),
        ("ar", "عجبني", "معجبنيش"),
    ],
)
def test_a_negation_turns_a_word_round_and_says_less_than_its_opposite(language: str, plain: str, negated: str) -> None:
    assert compound(plain, language) * compound(negated, language) < 0
    assert abs(compound(negated, language)) < abs(compound(plain, language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "no, es bueno"),
        ("es", "no llegó pero es bueno"),
        ("de", "nein, ich nicht. Schön"),
        ("it", "non lo so, bello"),
        ("ar", "لا، جميل"),
    ],
)
def test_a_negation_ends_at_a_punctuation_mark_and_at_a_conjunction(language: str, text: str) -> None:
    assert compound(text, language) > 0


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "no solo es malo, es caro"),
        ("pt", "não só é ruim como caro"),
        ("fr", "c'est non seulement nul"),
        ("de", "nicht nur schlecht"),
        ("it", "non solo è brutto ma costoso"),
        ("ar", "ليس فقط سيئ"),
    ],
)
def test_not_only_bad_is_bad(language: str, text: str) -> None:
    assert compound(text, language) < 0


@pytest.mark.parametrize(
    ("language", "written", "also"),
    [
        ("es", "un servicio pésimo", "un servicio pesimo"),
        ("es", "qué asco", "#QueAsco"),
        ("es", "bueno", "BUENOOOOO"),
        ("pt", "que horrível, péssimo", "que horrivel, pessimo"),
        ("fr", "déçue, à pleurer", "decue, a pleurer"),
        ("fr", "ça m'écœure, écœurant", "ca m'ecoeure, ecoeurant"),
        ("de", "schön", "schoen"),
        ("de", "scheiße", "SCHEISSE"),
        ("de", "enttäuscht", "ENTTÄUSCHT"),
        ("de", "schön", "schööön"),
        ("de", "Scheiß Service", "Scheißservice"),
        ("de", "Scheiß Service", "SCHEISSSERVICE"),
        ("de", "toll", "tolllll"),
        ("fr", "super", "superrr"),
        ("fr", "très triste", "trèsss triste"),
        ("it", "bellissimo", "bellissssimooo"),
        ("ar", "أكره", "اكره"),
        ("ar", "رائع", "رااائـــع"),
        ("ar", "جَمِيل", "جميل"),
        ("ar", "جميل", "والجميل"),
        ("ar", "كارثة", "بالكارثه"),
        ("ar", "رائع", "را\u200cئع"),
    ],
)
def test_a_word_counts_the_same_however_it_is_written(language: str, written: str, also: str) -> None:
    assert compound(written, language) == compound(also, language) != 0


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "schon"),
        ("es", "durante la maleta"),
        ("ar", "بكرة"),
        ("fr", "conseillère"),
        # "But" and "nor", which are spelled like the bad ones and loyalty.
        ("pt", "mas"),
        ("ar", "ولا"),
    ],
)
def test_a_word_that_only_looks_like_another_says_nothing(language: str, text: str) -> None:
    assert score(text, language) is None


def test_a_phrase_counts_before_its_words_and_is_not_negated_by_its_own() -> None:
    assert compound("non vedo l'ora", "it") > 0
    assert compound("no funciona", "es") < 0
    for text in ("je ne suis pas content", "ça ne marche pas", "je n'aime pas"):
        assert compound(text, "fr") < 0, text


@pytest.mark.parametrize(
    ("language", "greeting"),
    [("es", "buenas tardes"), ("es", "buenos días"), ("pt", "bom dia"), ("de", "guten Morgen"), ("ar", "السلام عليكم")],
)
def test_a_greeting_is_no_praise(language: str, greeting: str) -> None:
    assert compound(greeting, language) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "gracias por nada"),
        ("pt", "obrigada por nada"),
        ("fr", "merci pour rien"),
        ("de", "danke für nichts"),
        ("it", "grazie per niente"),
    ],
)
def test_thanks_for_nothing_are_no_thanks(language: str, text: str) -> None:
    assert compound(text, language) < 0


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "estoy insatisfecha"),
        ("pt", "estou descontente"),
        ("fr", "cliente mécontente et insatisfaite"),
        ("it", "cliente insoddisfatto e scontento"),
        ("ar", "غير راض"),
        ("ar", "غير جيد"),
    ],
)
def test_who_is_not_content_is_not_taken_for_content(language: str, text: str) -> None:
    assert compound(text, language) < 0


@pytest.mark.parametrize(
    ("language", "less", "plain", "more"),
    [
        ("es", "algo triste", "triste", "muy triste"),
        ("es", "algo triste", "triste", "muchísima triste"),
        ("pt", "meio triste", "triste", "muito triste"),
        ("fr", "un peu triste", "triste", "très triste"),
        ("fr", "un peu triste", "triste", "super triste"),
        ("es", "algo triste", "triste", "increíblemente triste"),
        ("de", "etwas traurig", "traurig", "mega traurig"),
        ("de", "etwas traurig", "traurig", "sehr traurig"),
        ("it", "poco triste", "triste", "molto triste"),
        ("it", "un po' triste", "triste", "molto triste"),
        ("ar", "حزين تقريبا", "حزين", "حزين جدا"),
    ],
)
def test_words_of_degree_strengthen_and_weaken(language: str, less: str, plain: str, more: str) -> None:
    assert compound(more, language) < compound(plain, language) < compound(less, language)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_an_emoji_counts_once_in_every_language(language: str) -> None:
    assert compound("😡", language) == compound("😡😡😡", language) < 0 < compound("👍🏽", language)
    assert compound(":)", language) > 0 > compound(":-(", language)


def test_there_is_a_list_for_each_language_and_no_entry_stands_in_two_degrees() -> None:
    assert set(FILES) == LANGUAGES
    for language in LANGUAGES:
        words = [entry for section, entry in entries(language) if section.lstrip("+-").isdigit()]
        assert len(words) == len(set(words)) >= 900


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_two_entries_are_spelled_alike_in_two_sections_and_none_is_a_conjunction(language: str) -> None:
    degrees: dict[tuple[str, bool], str] = {}
    for section, entry in entries(language):
        plain = spelled(entry.removesuffix("*"), language)
        if section.lstrip("+-").isdigit():
            assert degrees.setdefault((plain, entry.endswith("*")), section) == section, entry
    for section, entry in entries(language):
        if not section.lstrip("+-").isdigit():
            # A phrase would never be found: what stands beside a word is looked at word by word.
            assert spelled(entry, language).isalpha(), entry
        if section == "but":
            assert score(entry, language) is None, entry


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_each_entry_alone_has_the_sign_of_its_degree(language: str) -> None:
    """One that another entry hides, or that the spelling takes apart, would count for nothing, or for the opposite."""
    degrees = [(int(section), entry) for section, entry in entries(language) if section.lstrip("+-").isdigit()]
    found = [(compound(entry.rstrip("*").replace("_", " "), language), degree, entry) for degree, entry in degrees]
    wrong = [entry for sentiment, degree, entry in found if (sentiment > 0, sentiment < 0) != (degree > 0, degree < 0)]
    assert wrong == []


@given(st.data(), st.sampled_from(sorted(LANGUAGES)))
def test_a_score_is_bounded_whatever_the_text(data: st.DataObject, language: str) -> None:
    pieces = st.sampled_from([*texts_of(language), "😡", ":)", "<3", "!", "#", "\n", "ـ", "َ"]) | st.text(max_size=8)
    found = score(" ".join(data.draw(st.lists(pieces, max_size=30))), language)
    if found is not None:
        assert -1 < found.compound < 1
        assert found.positive + found.negative == pytest.approx(1)
        assert min(found.positive, found.negative) >= 0


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_more_of_the_same_never_says_the_opposite(language: str) -> None:
    bad = next(entry for section, entry in entries(language) if section == "-3" and "*" not in entry)
    scores = [compound(f"{bad}. " * count, language) for count in (1, 2, 50, 1_000)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] < 0
