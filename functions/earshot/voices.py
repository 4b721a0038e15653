"""What hears and judges a post, wired: the sources and their readers; the brands with their terms, and the voices.

A part is imported by the property that makes it, as in ``bootstrap``.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property, partial
from secrets import token_hex
from typing import TYPE_CHECKING

from earshot.adapters import Adapters
from earshot.errors import SettingError

if TYPE_CHECKING:
    from earshot.mentions.brands.brands import Brands
    from earshot.mentions.feeds import Feed
    from earshot.mentions.sources.contract import Source
    from earshot.mentions.sources.rss.subscription import Subscription
    from earshot.mentions.sources.social.accounts import Stream


class Voices(Adapters):
    """The voices that judge, each made once; the encoder is an adapter."""

    @cached_property
    def brands(self):
        """The brands: those that an operator has put, and until then those of the template's parameters."""
        from earshot.reloaded_config import ReloadedConfig

        default, problem = self.brands_of_parameters()

        def parse(text: str) -> "Brands":
            if text:
                from earshot.mentions.brands.toml_file import parse_brands

                return parse_brands(text, "what `earshot brand put` stored")
            if problem is not None:
                raise problem
            return default

        table, clock = self.brands_table, self.clock
        return ReloadedConfig(table.read, parse, default, clock, "the brands", needs_first_read=True)

    def brands_of_parameters(self) -> "tuple[Brands, SettingError | None]":
        """The brands of the template's parameters, and what is wrong with their search terms.

        SettingError where the handles cannot be used. For a mistake in the search terms nobody goes unheard.
        """
        from earshot.mentions.brands.brands import Brands
        from earshot.mentions.sources.x.accounts import BrandAccounts
        from earshot.settings import check_search_terms

        handles, brands = self.settings.brand_handles, self.settings.brands
        terms: Mapping[str, str | None] = {}
        problem = None
        try:
            terms = self.settings.search_terms
            check_search_terms(terms, brands)
        except SettingError as error:
            problem = error
        by_brand = {term: brand and brands.get(brand.lower()) for term, brand in terms.items()}
        return Brands(BrandAccounts(handles, by_brand, brands=brands)), problem

    @cached_property
    def terms(self):
        from earshot.reloaded_config import ReloadedConfig
        from earshot.triage.terms.terms import NO_TERMS
        from earshot.triage.terms.toml_file import parse_terms

        def parse(text: str):
            brands = self.brands.now()
            return parse_terms(text, brands.handles, "the stored terms", brands.names)

        table, clock, brands = self.terms_table, self.clock, self.brands
        return ReloadedConfig(table.read, parse, NO_TERMS, clock, "the terms", beside=brands.now)

    @cached_property
    def adjustment(self):
        from earshot.reloaded_config import ReloadedConfig
        from earshot.triage.learned.adjustment import NO_ADJUSTMENT
        from earshot.triage.learned.json_text import parse_adjustment

        return ReloadedConfig(self.learned_table.read, parse_adjustment, NO_ADJUSTMENT, self.clock, "what was learned")

    def all_terms(self):
        """The terms that are in force now, for the brands as they are now, with what was learned from their staff."""
        brands = self.brands.now()
        return self.terms.now().for_brands(brands.handles, brands.voices, self.adjustment.now())

    @cached_property
    def sentiment(self):
        from earshot.mentions.budget import MILLION
        from earshot.telemetry.classify import (
            report_comprehend_over_budget,
            report_comprehend_refused,
            report_comprehend_silent,
        )
        from earshot.triage.sentiment.budgeted import BudgetedSentiment
        from earshot.triage.sentiment.comprehend import Comprehend
        from earshot.triage.voice_table import Voice

        def report_refused() -> None:
            report_comprehend_refused()
            self.note_voice(Voice.COMPREHEND, "it refuses what it is asked")

        def report_silent(unserved: Mapping[str, int]) -> None:
            report_comprehend_silent(unserved)
            self.note_voice(Voice.COMPREHEND, ", ".join(unserved))

        return BudgetedSentiment(
            Comprehend(self.clients.comprehend),
            self.source_table,
            round(self.settings.comprehend_monthly_spend_limit * MILLION),
            self.clock,
            report_comprehend_over_budget,
            report_refused,
            report_silent,
        )

    @cached_property
    def reader(self):
        from earshot.mentions.budget import MILLION
        from earshot.telemetry.classify import report_reader
        from earshot.triage.reader.answer import Silence
        from earshot.triage.reader.budgeted import BudgetedReader
        from earshot.triage.reader.price import Prices
        from earshot.triage.voice_table import Voice

        def report(posts: int, silence: Silence | None, detail: str) -> None:
            report_reader(posts, silence, detail)
            if silence not in (None, Silence.OVER_BUDGET):
                self.note_voice(Voice.READER, f"{silence}: {detail}")

        prices = Prices(self.settings.reader_input_price, self.settings.reader_output_price)
        limit = round(self.settings.reader_monthly_spend_limit * MILLION)
        new_mark = partial(token_hex, 8)
        return BudgetedReader(self.reader_model, self.source_table, limit, prices, self.clock, new_mark, report)

    @cached_property
    def second_opinion(self):
        """The reader's opinion of posts, None where no model is named: then nothing of it is loaded."""
        if not self.settings.reader_model_id:
            return None
        from earshot.cases.second_opinion import SecondOpinion

        return SecondOpinion(self.reader.read)


class Listening(Voices):
    """The readers of all networks, each made once."""

    @property
    def feeds(self) -> "tuple[Feed, ...]":
        """What is read of X now."""
        return self.brands.now().feeds

    @property
    def web_feeds(self) -> "tuple[Subscription, ...]":
        """Which RSS and Atom feeds are listened to now."""
        return self.stored_feeds.now()

    @property
    def sources(self) -> "tuple[Source, ...]":
        """All that is listened to now, on any network."""
        return (*self.feeds, *self.web_feeds, *self.streams)

    @property
    def streams(self) -> "tuple[Stream, ...]":
        """What is listened to now with accounts of other networks than X."""
        from earshot.mentions.sources.social.accounts import streams_of

        return streams_of(self.stored_accounts.now())

    @cached_property
    def stored_accounts(self):
        from earshot.mentions.sources.social.accounts import parse_accounts
        from earshot.reloaded_config import ReloadedConfig

        read, none = self.accounts_table.read, ()
        return ReloadedConfig(read, parse_accounts, none, self.clock, "the accounts", needs_first_read=True)

    @cached_property
    def timeline_states(self):
        """The leases, checkpoints and states of what is listened to with accounts of other networks than X."""
        from earshot.mentions.source_table import SourcesOf
        from earshot.mentions.sources.social.timeline import TIMELINE_CHECKPOINTS

        return SourcesOf(self.clients.dynamodb, self.settings.source_table, TIMELINE_CHECKPOINTS)

    @cached_property
    def accounts_table(self):
        from earshot.mentions.sources.social.table import AccountsTable

        return AccountsTable(self.clients.dynamodb, self.settings.source_table)

    @cached_property
    def social_secret(self):
        from earshot.mentions.sources.social.secret import SocialSecret
        from earshot.telemetry.fetch import report_session_unkept

        return SocialSecret(
            self.clients.secretsmanager, self.settings.social_secret_id, self.clock, report_session_unkept
        )

    def stream_runner(self, has_time: Callable[[], bool]):
        """Runs streams; ``has_time`` tells whether another page can be fetched."""
        from earshot.mentions.sources.runner import SourceRunner
        from earshot.mentions.sources.social.reader import TimelineReader

        reader = TimelineReader(self.social_networks, has_time)
        return SourceRunner(reader, self.mention_queue, self.dead_letter_queue, self.timeline_states)

    @cached_property
    def social_networks(self):
        from earshot.mentions.sources.networks import SocialNetworks

        secret, loopback = self.social_secret, self.settings.feed_loopback
        return SocialNetworks(secret, self.clock, self.time_left, self.units_table, allows_loopback=loopback)

    @cached_property
    def units_table(self):
        """Where the units of YouTube are counted."""
        from earshot.mentions.sources.youtube.units_table import UnitsTable

        return UnitsTable(self.clients.dynamodb, self.settings.source_table)

    @cached_property
    def removals(self):
        from earshot.cases.removal.table import RemovalTable

        return RemovalTable(self.clients.dynamodb, self.settings.case_table)

    def sweep_runner(self, has_time: Callable[[], bool], can_remove: Callable[[], bool]):
        from earshot.cases.removal.post_removal import ItemRemoval, PostRemoval
        from earshot.cases.removal.sweep.runner import SweepRunner
        from earshot.cases.removal.sweep.state import SWEEP_STATES
        from earshot.cases.removal.sweep.sweeper import Sweeper
        from earshot.mentions.source_table import SourcesOf

        client, table = self.clients.dynamodb, self.settings.case_table
        removal = PostRemoval(self.removals, self.case_table, partial(ItemRemoval, client, table))
        sweeper = Sweeper(self.removals, removal, self.mention_queue.send, has_time, can_remove)
        states = SourcesOf(client, self.settings.source_table, SWEEP_STATES)
        return SweepRunner(sweeper, self.removals, removal, states, self.retention.longest)

    def swept_networks(self, now: datetime):
        """The networks that are looked up again: those of accounts that were added, and X as far as it is paid."""
        from earshot.cases.removal.sweep.asking import SweptNetwork
        from earshot.cases.removal.sweep.purse import FreePurse, XPurse

        lookups = self.social_networks.lookups(self.stored_accounts.now()).items()
        found = [SweptNetwork(name, lookup, FreePurse.of(name)) for name, lookup in lookups]
        limit, share = self.settings.x_monthly_spend_limit, self.settings.x_look_up_share / 100
        if limit and share:
            from earshot.mentions.sources.x.lookup import XLookup

            purse = XPurse(self.source_table, limit, share, now)
            lookup = XLookup(self.new_x_source(), self.brands.now().accounts, purse)
            found.append(SweptNetwork("x", lookup, purse))
        return found

    @cached_property
    def stored_feeds(self):
        from earshot.mentions.sources.rss.subscription import parse_subscriptions
        from earshot.reloaded_config import ReloadedConfig

        read, none = self.feeds_table.read, ()
        return ReloadedConfig(read, parse_subscriptions, none, self.clock, "the feeds", needs_first_read=True)

    def feed_runner(self, has_time: Callable[[], bool], lease: timedelta):
        """Runs feeds; ``has_time`` tells whether another document can be fetched."""
        from earshot.mentions.sources.rss.reader import FeedReader
        from earshot.mentions.sources.runner import SourceRunner

        reader = FeedReader(self.feed_client, has_time)
        return SourceRunner(reader, self.mention_queue, self.dead_letter_queue, self.feed_states, lease)

    @cached_property
    def feed_client(self):
        from earshot.mentions.sources.rss.address import is_public, is_public_or_loopback
        from earshot.mentions.sources.rss.client import FeedClient

        is_allowed = is_public_or_loopback if self.settings.feed_loopback else is_public
        return FeedClient(self.clock, is_allowed, self.time_left)

    @cached_property
    def read_message(self):
        """Reads the body of a message in the mention queue."""
        from earshot.mentions.queue_message import read_message

        return partial(read_message, brands=lambda: self.brands.now().accounts)

    @cached_property
    def new_x_source(self):
        """Makes the source for one run of the fetcher: within a run it remembers that it asked for a fresh token."""
        from earshot.mentions.sources.x.source import XSource

        token, brands, url = self.x_token, self.brands, self.settings.x_api_url
        return lambda: XSource(token, brands.now().accounts, self.clock, url, time_left=self.time_left)
