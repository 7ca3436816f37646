"""Scores, error lists, significance, calibration, reports and baselines for annotated and predicted documents."""

from .alignment import Criterion, align_entities
from .bootstrap import Interval, PairedTest
from .deals import DealMatch, TupleError, match_deals
from .evaluate import evaluate
from .mentions import MentionError, MentionMatch, match_mentions
from .results import DocumentEvaluation, Evaluation, compare
from .tally import Score, Tally

__all__ = [
    "Criterion",
    "DealMatch",
    "DocumentEvaluation",
    "Evaluation",
    "Interval",
    "MentionError",
    "MentionMatch",
    "PairedTest",
    "Score",
    "Tally",
    "TupleError",
    "align_entities",
    "compare",
    "evaluate",
    "match_deals",
    "match_mentions",
]
