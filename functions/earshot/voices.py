"""What judges a post, wired: the brand's terms and what was learned, the sentiment, and the reader.

A part is imported by the property that makes it, as in ``bootstrap``.
"""

from dataclasses import replace
from functools import cached_property, partial
from secrets import token_hex

from earshot.adapters import Adapters


class Voices(Adapters):
    """The voices that judge, each made once; the encoder is an adapter."""

    @cached_property
    def terms(self):
        from earshot.reloaded_config import ReloadedConfig
        from earshot.triage.terms.terms import Terms, normalize_handles
        from earshot.triage.terms.toml_file import parse_terms

        handles, brands = self.settings.brand_handles, tuple(dict.fromkeys(self.settings.brands.values()))
        parse = partial(parse_terms, handles=handles, brands=brands, name="the stored terms")
        default = Terms(normalize_handles(handles))
        return ReloadedConfig(self.terms_table.read, parse, default, self.clock, "the terms")

    @cached_property
    def adjustment(self):
        from earshot.reloaded_config import ReloadedConfig
        from earshot.triage.learned.adjustment import NO_ADJUSTMENT
        from earshot.triage.learned.json_text import parse_adjustment

        return ReloadedConfig(self.learned_table.read, parse_adjustment, NO_ADJUSTMENT, self.clock, "what was learned")

    def all_terms(self):
        """The brand's terms that are in force now, with what was learned from its staff."""
        return replace(self.terms.now(), learned=self.adjustment.now())

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

        return BudgetedSentiment(
            Comprehend(self.clients.comprehend),
            self.source_table,
            round(self.settings.comprehend_monthly_spend_limit * MILLION),
            self.clock,
            report_comprehend_over_budget,
            report_comprehend_refused,
            report_comprehend_silent,
        )

    @cached_property
    def reader(self):
        from earshot.mentions.budget import MILLION
        from earshot.telemetry.classify import report_reader
        from earshot.triage.reader.budgeted import BudgetedReader
        from earshot.triage.reader.price import Prices

        prices = Prices(self.settings.reader_input_price, self.settings.reader_output_price)
        limit = round(self.settings.reader_monthly_spend_limit * MILLION)
        new_mark = partial(token_hex, 8)
        return BudgetedReader(self.reader_model, self.source_table, limit, prices, self.clock, new_mark, report_reader)

    @cached_property
    def second_opinion(self):
        """The reader's opinion of posts, None where no model is named: then nothing of it is loaded."""
        if not self.settings.reader_model_id:
            return None
        from earshot.cases.second_opinion import SecondOpinion

        return SecondOpinion(self.reader.read)
