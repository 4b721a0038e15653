"""Every setting that a function reads from its environment, with its meaning and its default.

``template.yaml`` sets them, and a test holds the two lists against each other.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from earshot.errors import SettingError
from earshot.mentions.sources.x.handles import handle_problem, search_term_problem


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: how its text is read, what it means, and what holds where it is not set."""

    name: str
    help: str
    read: Callable[[str], Any] = str
    default: str | None = None

    def __get__(self, settings: "Settings | None", owner: type) -> Any:
        if settings is None:
            return self
        text = settings.environ.get(self.name, "").strip() or self.default
        if text is None:
            raise SettingError(f"Setting '{self.name}' is missing, and has no default: it is {self.help}")
        try:
            return self.read(text)
        except ValueError as error:
            raise SettingError(f"Setting '{self.name}' is {text!r}: {error}. It is {self.help}") from None


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))


def _handles(text: str) -> tuple[str, ...]:
    handles = _names(text.replace("@", "").replace("+", ","))
    if not handles:
        raise ValueError("it names no handle")
    for problem in filter(None, map(handle_problem, handles)):
        raise ValueError(problem)
    return handles


def _brands(text: str) -> dict[str, str]:
    """The brand of each handle, in lower case: handles that ``+`` joins are accounts of the first one's brand."""
    groups = [_handles(group) for group in _names(text)]
    return {handle.lower(): group[0] for group in groups for handle in group}


def _search_terms(text: str) -> dict[str, str | None]:
    """Each search term, with the handle that is written before it as in ``NimbusAir=nimbus air``; None: no handle."""
    pairs = [(name.rpartition("=")[2].strip(), name.rpartition("=")[0].strip().lstrip("@")) for name in _names(text)]
    found = {term: brand or None for term, brand in pairs if term}
    for problem in filter(None, map(search_term_problem, found)):
        raise ValueError(problem)
    return found


def _dollars(text: str) -> float:
    amount = float(text)
    if not 0 <= amount < 1e9:
        raise ValueError("it must be an amount of zero or more")
    return amount


def _prices(text: str) -> dict[str, float]:
    prices: dict[str, float] = {}
    for pair in _names(text):
        code, equals, price = pair.partition("=")
        if not equals or not re.fullmatch(r"\+[1-9][0-9]{0,6}", code.strip()):
            raise ValueError(f"{pair!r} is no price of a country: write its code and the price, as +44=0.05")
        prices[code.strip()] = _dollars(price)
    return prices


def _by_rung(text: str) -> dict[int, str]:
    """The address of each rung that has one, of ``1=mia@example.com 2= 3=``."""
    pairs = [part.partition("=") for part in text.split()]
    if bad := [rung for rung, equals, _ in pairs if not equals or rung not in ("1", "2", "3")]:
        raise ValueError(f"{bad[0]!r} is no rung: write 1=, 2= or 3= before each address")
    return {int(rung): address for rung, _, address in pairs if address}


def _switch(text: str) -> bool:
    if text not in ("on", "off"):
        raise ValueError("it must be on or off")
    return text == "on"


def _posts(text: str) -> str:
    if text not in ("unsure", "all"):
        raise ValueError("it must be unsure or all")
    return text


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError("it must be 1 or more")
    return count


def _percent(text: str) -> int:
    share = int(text)
    if not 0 <= share <= 100:
        raise ValueError("it must be 0 to 100")
    return share


def _days_by_source(text: str) -> dict[str, timedelta]:
    found: dict[str, timedelta] = {}
    for pair in _names(text):
        source, _, days = (part.strip() for part in pair.partition("="))
        if not re.fullmatch(r"[a-z][a-z0-9]{0,19}", source) or not re.fullmatch(r"[1-9][0-9]{0,3}", days):
            raise ValueError(f"{pair!r} is no source with its days: write them as x=30")
        found[source] = timedelta(days=int(days))
    return found


def _hour(text: str) -> int:
    hour = int(text)
    if not 0 <= hour <= 23:
        raise ValueError("it must be an hour from 0 to 23")
    return hour


def _time_zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError("there is no such time zone; write one as Europe/Berlin") from None


def _base_url(text: str) -> str:
    if text and not re.fullmatch(r"https?://[!-~]{1,100}", text):
        raise ValueError("it must be http:// or https:// and at most 100 characters more, without a space")
    return text.rstrip("/")


def check_search_terms(terms: Mapping[str, str | None], brands: Mapping[str, str]) -> None:
    """SettingError where it is not clear for which brand a search term is: a post that it finds may name none."""
    names = sorted(set(brands.values()))
    for term, brand in terms.items():
        if brand is None and len(names) > 1:
            raise SettingError(f"Search term {term!r} says not for which brand it is: write {names[0]}={term}.")
        if brand is not None and brand.lower() not in brands:
            raise SettingError(f"Search term {term!r} is for {brand!r}, which is no handle: write {names[0]}={term}.")


class Settings:
    """Typed access to an environment. Each attribute is read when it is used: a function needs only its own."""

    brand_handles = Setting(
        "BRAND_HANDLES",
        "the brands' handles, separated by commas; + joins the accounts of one brand, as in NimbusAir+NimbusHelp.",
        _handles,
    )
    brands = Setting("BRAND_HANDLES", "the brands' handles, separated by commas.", _brands)
    search_terms = Setting(
        "SEARCH_TERMS",
        "what else to search for, separated by commas; with several brands each as NimbusAir=nimbus air.",
        _search_terms,
        "",
    )
    mention_queue_url = Setting("MENTION_QUEUE_URL", "the address of the queue that takes mentions.")
    mention_dead_letter_queue_url = Setting(
        "MENTION_DEAD_LETTER_QUEUE_URL", "the address of the queue for what cannot be understood."
    )
    mention_max_receives = Setting(
        "MENTION_MAX_RECEIVES", "how often a mention is tried before it is dead-lettered.", _count, "5"
    )
    case_table = Setting("CASE_TABLE", "the name of the table of mentions and cases.")
    source_table = Setting("SOURCE_TABLE", "the name of the table of checkpoints and budgets.")
    alert_topic_arn = Setting("ALERT_TOPIC_ARN", "the topic that alerts are published to.")
    rung_emails = Setting(
        "RUNG_EMAILS",
        "who gets the emails of a rung for which the roster names nobody, as 1=mia@example.com 2= 3=.",
        _by_rung,
        "",
    )
    rung_phones = Setting("RUNG_PHONES", "the same for SMS, as 1=+12025550101 2= 3=.", _by_rung, "")
    link_base_url = Setting(
        "LINK_BASE_URL", "where the links in alerts lead; without it alerts carry none.", _base_url, ""
    )
    user_pool_id = Setting("USER_POOL_ID", "the Cognito user pool that staff sign in with.")
    link_secret_id = Setting(
        "LINK_SECRET_ID",
        "the secret that the links in alerts, the cursors of lists, and posts that others bring are signed with.",
    )
    x_secret_id = Setting("X_SECRET_ID", "the secret that holds the X bearer token.")
    x_api_url = Setting("X_API_URL", "where the X API is.", default="https://api.x.com")
    x_monthly_spend_limit = Setting(
        "X_MONTHLY_SPEND_LIMIT", "what reading X may cost in a month, in US dollars.", _dollars, "50"
    )
    x_look_up_share = Setting(
        "X_LOOK_UP_SHARE",
        "how many percent of that may be spent on looking stored posts up again; 0 for none.",
        _percent,
        "10",
    )
    social_secret_id = Setting(
        "SOCIAL_SECRET_ID", "the secret that holds the app passwords and tokens of accounts on other networks than X."
    )
    feed_loopback = Setting(
        "FEED_LOOPBACK",
        "whether feeds on this machine itself are read, as on a developer's: on or off.",
        _switch,
        "off",
    )
    comprehend_monthly_spend_limit = Setting(
        "COMPREHEND_MONTHLY_SPEND_LIMIT", "what Comprehend may cost in a month, in US dollars.", _dollars, "20"
    )
    comprehend_posts = Setting(
        "COMPREHEND_POSTS",
        "which posts Comprehend is asked about: unsure, those whose judgement its answer could change; or all.",
        _posts,
        "unsure",
    )
    encoder_weights = Setting(
        "ENCODER_WEIGHTS",
        "the file of the encoder's weights; without it, that of the layer or the checkout.",
        default="",
    )
    reader_model_id = Setting(
        "READER_MODEL_ID", "the model of Amazon Bedrock that reads posts, too; without it none does.", default=""
    )
    reader_monthly_spend_limit = Setting(
        "READER_MONTHLY_SPEND_LIMIT", "what the reader may cost in a month, in US dollars.", _dollars, "10"
    )
    reader_input_price = Setting(
        "READER_INPUT_PRICE", "what a million tokens that the reader reads cost, in US dollars.", _dollars, "1"
    )
    reader_output_price = Setting(
        "READER_OUTPUT_PRICE", "what a million tokens that the reader writes cost, in US dollars.", _dollars, "5"
    )
    webhook_secret_id = Setting("WEBHOOK_SECRET_ID", "the secret that lists the webhooks and channels to deliver to.")
    sms_max_price = Setting("SMS_MAX_PRICE", "the most that one SMS may cost, in US dollars.", _dollars, "0.50")
    sms_monthly_spend_limit = Setting(
        "SMS_MONTHLY_SPEND_LIMIT", "what text messages may cost in a month, in US dollars.", _dollars, "20"
    )
    sms_part_price = Setting(
        "SMS_PART_PRICE", "what one part of an SMS is estimated to cost, in US dollars.", _dollars, "0.10"
    )
    sms_part_prices = Setting(
        "SMS_PART_PRICES", "the same by country, as +1=0.01,+44=0.05; the longest code counts.", _prices, "+1=0.01"
    )
    sms_delivery_status = Setting(
        "SMS_DELIVERY_STATUS", "whether SNS logs what became of text messages: on or off.", _switch, "off"
    )
    digest_hour = Setting(
        "DIGEST_HOUR", "the hour at which the digest is sent, 0 to 23, in DIGEST_TIMEZONE.", _hour, "8"
    )
    digest_timezone = Setting(
        "DIGEST_TIMEZONE", "the time zone of the digest, by its name in the IANA database.", _time_zone, "UTC"
    )
    sign_in_url = Setting("SIGN_IN_URL", "where Cognito's own pages are, on which staff sign in.", _base_url)
    user_pool_client_id = Setting("USER_POOL_CLIENT_ID", "what staff sign in with, as Cognito knows it.")
    retention_days = Setting("RETENTION_DAYS", "for how many days mentions and cases are kept.", _count, "400")

    retention_by_source = Setting(
        "RETENTION_BY_SOURCE", "the same for some sources alone, as x=30,feed=365.", _days_by_source, ""
    )

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ


SETTINGS: Mapping[str, Setting] = {
    setting.name: setting for setting in vars(Settings).values() if isinstance(setting, Setting)
}
