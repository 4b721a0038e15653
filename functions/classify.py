"""The classifier: from the mention queue to mentions and cases in the table."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from botocore.config import Config
from botocore.exceptions import ClientError

from earshot.alerts.ladder import ladder_for
from earshot.cases.intake import StoredMention, Taken, take
from earshot.cases.table import CaseTable
from earshot.errors import MentionError
from earshot.mentions.budget import comprehend_budget
from earshot.mentions.mention import Mention
from earshot.mentions.queue import DeadLetterQueue
from earshot.mentions.source_table import SourceTable
from earshot.runtime import Clock, Handler, on_first_call, utc_now
from earshot.settings import Settings
from earshot.telemetry import MetricUnit, logger, metrics, tracer
from earshot.triage.comprehend import Comprehend
from earshot.triage.judge import judge_mention
from earshot.triage.judgement import Analyzer, Intent, Sentiment
from earshot.triage.language import resolve
from earshot.triage.sentiment import measure_all
