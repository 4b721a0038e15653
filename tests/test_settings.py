"""Settings: read when used, refused by name with what they mean, and each of them documented."""

import re

import pytest

from earshot.errors import SettingError
from earshot.settings import SETTINGS, Settings, check_search_terms
from infra.cli.main import main
from infra.paths import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
REQUIRED = [setting for setting in SETTINGS.values() if setting.default is None]


def attribute(name: str) -> str:
    """The attribute of Settings that reads the variable ``name``."""
    return next(key for key, setting in vars(Settings).items() if setting is SETTINGS[name])


@pytest.mark.parametrize("setting", REQUIRED, ids=lambda setting: setting.name)
@pytest.mark.parametrize("environ", [{}, "blank"], ids=["missing", "blank"])
def test_a_setting_that_is_missing_is_named_with_its_meaning(setting, environ):
    settings = Settings({setting.name: "  "} if environ == "blank" else {})
    with pytest.raises(SettingError) as raised:
        getattr(settings, attribute(setting.name))
    assert f"'{setting.name}' is missing" in str(raised.value)
    assert setting.help in str(raised.value)


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("BRAND_HANDLES", ",, @ ,", "names no handle"),
        ("RETENTION_DAYS", "0", "must be 1 or more"),
        ("RETENTION_DAYS", "a year", "a year"),
        ("MENTION_MAX_RECEIVES", "-1", "must be 1 or more"),
        ("SMS_MAX_PRICE", "-0.5", "zero or more"),
        ("X_MONTHLY_SPEND_LIMIT", "nan", "zero or more"),
        ("X_MONTHLY_SPEND_LIMIT", "inf", "zero or more"),
        ("COMPREHEND_MONTHLY_SPEND_LIMIT", "$20", "$20"),
        ("DIGEST_HOUR", "24", "from 0 to 23"),
        ("DIGEST_HOUR", "8:00", "8:00"),
        ("DIGEST_TIMEZONE", "Europe/Berlim", "no such time zone"),
        ("DIGEST_TIMEZONE", "Europe", "no such time zone"),
        ("DIGEST_TIMEZONE", "../../etc/passwd", "no such time zone"),
        ("LINK_BASE_URL", "earshot.example", "http:// or https://"),
        ("LINK_BASE_URL", "https://earshot.example/a b", "without a space"),
        ("LINK_BASE_URL", "https://" + "e" * 101, "at most 100"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named_with_what_is_wrong(name, text, wrong):
    with pytest.raises(SettingError) as raised:
        getattr(Settings({name: text}), attribute(name))
    assert name in str(raised.value)
    assert wrong in str(raised.value)
    assert SETTINGS[name].help in str(raised.value)


def test_settings_are_read_as_people_write_them():
    settings = Settings(
        {
            "BRAND_HANDLES": " @NimbusAir, NimbusCare ,,NimbusAir",
            "SEARCH_TERMS": "nimbus air, nimbus",
            "X_MONTHLY_SPEND_LIMIT": " 0 ",
            "RETENTION_DAYS": "30",
            "LINK_BASE_URL": "https://earshot.example/",
        }
    )
    assert settings.link_base_url == "https://earshot.example"
    assert settings.brand_handles == ("NimbusAir", "NimbusCare")
    assert settings.search_terms == {"nimbus air": None, "nimbus": None}
    assert settings.x_monthly_spend_limit == 0
    assert settings.retention_days == 30


def test_defaults_hold_where_nothing_is_set():
    settings = Settings({})
    assert settings.search_terms == {}
    assert settings.link_base_url == ""
    assert settings.x_api_url == "https://api.x.com"
    assert (settings.x_monthly_spend_limit, settings.comprehend_monthly_spend_limit) == (50, 20)
    assert (settings.sms_max_price, settings.retention_days, settings.mention_max_receives) == (0.5, 400, 5)


def test_handles_that_are_joined_are_accounts_of_the_first_ones_brand():
    settings = Settings({"BRAND_HANDLES": "@NimbusAir + @NimbusHelp, Zephyr+,"})
    assert settings.brand_handles == ("NimbusAir", "NimbusHelp", "Zephyr")
    assert settings.brands == {"nimbusair": "NimbusAir", "nimbushelp": "NimbusAir", "zephyr": "Zephyr"}


def test_a_search_term_is_for_the_brand_that_is_written_before_it():
    settings = Settings({"SEARCH_TERMS": "@NimbusAir = nimbus air, zephyr,, NimbusAir=, = nimbus"})
    assert settings.search_terms == {"nimbus air": "NimbusAir", "zephyr": None, "nimbus": None}


@pytest.mark.parametrize(
    ("handles", "terms", "wrong"),
    [
        ("NimbusAir", "nimbus air", None),
        ("NimbusAir+NimbusHelp", "nimbus air", None),
        ("NimbusAir,Zephyr", "", None),
        ("NimbusAir,Zephyr", "nimbusair=nimbus air,ZEPHYR=zephyr", None),
        ("NimbusAir+NimbusHelp,Zephyr", "NimbusHelp=nimbus air", None),
        ("NimbusAir,Zephyr", "Zephyr=zephyr,nimbus air", "'nimbus air' says not for which brand"),
        ("NimbusAir", "Nimbus=nimbus air", "is for 'Nimbus', which is no handle: write NimbusAir=nimbus air"),
    ],
)
def test_a_term_that_several_brands_could_mean_or_none_is_refused_with_what_to_write(handles, terms, wrong):
    settings = Settings({"BRAND_HANDLES": handles, "SEARCH_TERMS": terms})
    if wrong is None:
        check_search_terms(settings.search_terms, settings.brands)
    else:
        with pytest.raises(SettingError, match=re.escape(wrong)):
            check_search_terms(settings.search_terms, settings.brands)


@pytest.mark.parametrize(
    "handle", ["Nimbus-Air", "nimbus_air_london", "Nimbus Air", "José", "x.com/NimbusAir", "a" * 16]
)
@pytest.mark.parametrize("written", ["{}", "@NimbusAir+@{}", "NimbusAir,{}"])
def test_a_handle_that_x_cannot_have_is_named_with_the_remedy(handle, written):
    settings = Settings({"BRAND_HANDLES": written.format(handle)})
    for name in ("brand_handles", "brands"):
        with pytest.raises(SettingError, match=f"BRAND_HANDLES.*'{re.escape(handle)}'.*copy it from the profile"):
            getattr(settings, name)


@pytest.mark.parametrize("term", ["quotes:Nimbus-Air", "NimbusAir=quotes:@nimbus_air_london", "@Nimbus-Air"])
def test_a_search_for_an_account_that_x_cannot_have_is_refused(term):
    with pytest.raises(SettingError, match=r"SEARCH_TERMS.*copy it from the profile"):
        _ = Settings({"SEARCH_TERMS": f"nimbus air,{term}"}).search_terms


def test_handles_have_up_to_fifteen_letters_digits_and_underscores():
    assert Settings({"BRAND_HANDLES": "a,_1234567890abcd"}).brand_handles == ("a", "_1234567890abcd")


def test_a_function_without_a_setting_of_another_one_is_content():
    assert Settings({"CASE_TABLE": "cases"}).case_table == "cases"


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_documented_for_operators(name):
    assert f"`{name}`" in (ROOT / "docs" / "operating.md").read_text("utf-8")


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_documented(command):
    documents = "\n".join(document.read_text("utf-8") for document in DOCUMENTS)
    assert re.search(rf"earshot {command}\b", documents)
