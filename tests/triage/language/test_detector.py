"""The language detector, and the languages that Comprehend supports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earshot.triage.language.detector import COMPREHEND_CODES, comprehend_code, resolve


@pytest.mark.parametrize(
    ("declared", "language"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("pt-BR", "pt"),
        ("en_GB", "en"),
        ("in", "id"),
        ("iw", "he"),
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh-TW", "zh-TW"),
        ("zh-Hant", "zh-TW"),
        ("zh-Hans-SG", "zh"),
        ("fil", "fil"),
    ],
)
def test_the_tag_of_the_source_is_used(declared: str, language: str) -> None:
    assert resolve("Where is my parcel, please?", declared) == language


@pytest.mark.parametrize("declared", [None, "", "und", "zxx", "qme", "qst", "art", "qam", "qct", "qht", "not a tag"])
def test_without_a_usable_tag_the_text_decides(declared: str | None) -> None:
    assert resolve("Where is my parcel, please?", declared) == "en"
    assert resolve("@acme", declared) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("worst service ever @acme", "en"),
        ("@acme terrible", "en"),
        ("where's my order??", "en"),
        ("¿Dónde está mi pedido? Llevo dos semanas esperando", "es"),
        ("Cadê o meu pedido? Vocês não respondem ninguém", "pt"),
        ("Mon colis n'est toujours pas arrivé, c'est une honte", "fr"),
        ("Wo bleibt meine Bestellung? Das ist eine Frechheit", "de"),
        ("Il mio pacco non è ancora arrivato, che vergogna", "it"),
        ("Waar blijft mijn bestelling? Het is niet te geloven", "nl"),
        ("注文した荷物がまだ届きません", "ja"),
        ("아직도 택배가 안 왔어요", "ko"),
        ("我的快递还没有到", "zh"),
        ("我的包裹還沒到", "zh-TW"),
        ("मेरा पार्सल अभी तक नहीं आया", "hi"),
        ("لم يصل الطرد حتى الآن", "ar"),
        ("سفارش من هنوز نرسیده است، چرا؟ پاسخ دهید", "fa"),
        ("Где мой заказ? Вы издеваетесь", "ru"),
        ("Де моє замовлення? Скільки ще чекати", "uk"),
        ("איפה החבילה שלי", "he"),
        ("พัสดุของฉันอยู่ที่ไหน", "th"),
        ("Πού είναι το δέμα μου", "el"),
    ],
)
def test_the_text_shows_its_language(text: str, language: str) -> None:
    assert resolve(text, None) == language


@pytest.mark.parametrize("text", ["", "@acme", "https://t.co/abc", "😡😡😡", "12345", "ok", "Zürich Hbf", "#acme #tea"])
def test_too_little_text_stays_unknown(text: str) -> None:
    assert resolve(text, None) is None


def test_an_english_post_with_a_japanese_name_stays_english() -> None:
    assert resolve("the new すし place on the corner is the best thing in this town", None) == "en"


@pytest.mark.parametrize("language", sorted(COMPREHEND_CODES))
def test_the_languages_that_comprehend_supports(language: str) -> None:
    assert comprehend_code(language) == language


@pytest.mark.parametrize("language", [None, "nl", "th", "tl", "und"])
def test_the_languages_that_comprehend_does_not_support(language: str | None) -> None:
    assert comprehend_code(language) is None


@given(st.text(), st.none() | st.text(max_size=12))
def test_any_text_and_any_tag_give_a_tag_or_none(text: str, declared: str | None) -> None:
    language = resolve(text, declared)
    assert language is None or (language.isascii() and 2 <= len(language) <= 5)
