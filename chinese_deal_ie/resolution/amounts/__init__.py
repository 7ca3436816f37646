"""Sums of money as exact figures: :func:`parse_amount`."""

from .parse import parse_amount

__all__ = ["parse_amount"]
