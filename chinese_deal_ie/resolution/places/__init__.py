"""Names of places and governments to divisions of GB/T 2260.

``resolve_place`` reads one expression, ``resolve_places`` (or a ``PlaceResolver``) all of one document together.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from chinese_deal_ie.schema.values import Place

from .resolver import PlaceResolver

__all__ = ["PlaceResolver", "resolve_place", "resolve_places"]


@lru_cache(maxsize=1)
def _resolver() -> PlaceResolver:
    return PlaceResolver()


def resolve_place(text: str, *, context: str | Sequence[str] = ()) -> Place:
    """Resolve one place or government name: ``resolve_place("钟楼经济开发区", context="常州").code == "320404"``.

    ``context`` is what else is known of where the text plays: names of places, or whole texts that contain them.
    See ``PlaceResolver.resolve`` for what is returned. Never raises on a string.
    """
    return _resolver().resolve((text,), context=(context,) if isinstance(context, str) else context)[0]


def resolve_places(texts: Sequence[str], *, context: Sequence[str] = (), document: str = "") -> list[Place]:
    """Resolve the place and government names of one document together; see ``PlaceResolver.resolve``."""
    return _resolver().resolve(texts, context=context, document=document)
