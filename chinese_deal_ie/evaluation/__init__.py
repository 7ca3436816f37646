"""Scores, error lists, significance, calibration, reports and baselines for annotated and predicted documents."""

from .adapters import FunctionSystem, System
from .alignment import Criterion, align_entities
from .baseline import RuleBaseline
from .bootstrap import Interval, PairedTest
from .cost import Cost, measure
from .deals import DealMatch, TupleError, match_deals
from .evaluate import evaluate
from .links import match_links
from .mentions import MentionError, MentionMatch, match_mentions
from .peers import PEERS
from .report import html_report, markdown_report
from .results import DocumentEvaluation, Evaluation, compare
from .tally import Score, Tally

__all__ = [
    "PEERS",
    "Cost",
    "Criterion",
    "DealMatch",
    "DocumentEvaluation",
    "Evaluation",
    "FunctionSystem",
    "Interval",
    "MentionError",
    "MentionMatch",
    "PairedTest",
    "RuleBaseline",
    "Score",
    "System",
    "Tally",
    "TupleError",
    "align_entities",
    "compare",
    "evaluate",
    "html_report",
    "markdown_report",
    "match_deals",
    "match_links",
    "match_mentions",
    "measure",
]
