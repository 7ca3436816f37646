"""Who signed what with whom, for how much, and where: deals between governments and companies in Chinese text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .extractor import Extractor, extract
    from .pipeline import load
    from .rendering import render
    from .resolution.amounts import parse_amount
    from .resolution.listed import with_codes
    from .resolution.places import resolve_place
    from .resolution.sums import sums
    from .schema import Amount, Deal, DealTuple, Extraction, Mention, Party, Place

__all__ = [
    "Amount",
    "Deal",
    "DealTuple",
    "Extraction",
    "Extractor",
    "Mention",
    "Party",
    "Place",
    "__version__",
    "extract",
    "load",
    "parse_amount",
    "render",
    "resolve_place",
    "sums",
    "with_codes",
]

_HOMES = {
    "Extractor": "extractor",
    "extract": "extractor",
    "load": "pipeline",
    "parse_amount": "resolution.amounts",
    "render": "rendering",
    "resolve_place": "resolution.places",
    "sums": "resolution.sums",
    "with_codes": "resolution.listed",
}


def __getattr__(name: str) -> Any:
    """Import on first use, so that ``import chinese_deal_ie`` costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_HOMES.get(name, 'schema')}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
