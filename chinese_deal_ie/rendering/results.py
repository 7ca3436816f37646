"""Results read back from their JSON."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from ..schema import (
    DEAL_TYPES,
    LABELS,
    MODIFIERS,
    SCOPES,
    STAGES,
    Amount,
    DateValue,
    Deal,
    DealAmount,
    DealDate,
    DealLocation,
    DealProject,
    DealType,
    Extraction,
    Label,
    Mention,
    Modifier,
    Party,
    Place,
    Scope,
    Span,
    Stage,
)

Item = Mapping[str, Any]


def extraction_from_dict(value: Item, text: str = "") -> Extraction:
    """The inverse of ``Extraction.to_dict``, which does not hold the text: scores are rounded, ``text`` is given.

    :raises ValueError: when ``value`` is no such object, with what is wrong in it.
    """
    try:
        return Extraction(
            _text(value["id"]),
            text,
            tuple(map(_deal, value["deals"])),
            tuple(map(_mention, value["mentions"])),
            tuple(map(_text, value.get("warnings", ()))),
        )
    except KeyError as error:
        raise ValueError(f"no result of extract --format jsonl: {error} is missing") from error
    except (TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"no result of extract --format jsonl: {error}") from error


def _deal(value: Item) -> Deal:
    return Deal(
        government=tuple(map(_government, value["government"])),
        company=tuple(map(_party, value["company"])),
        amount=tuple(map(_amount, value["amount"])),
        location=tuple(map(_location, value["location"])),
        date=tuple(
            DealDate(_span(item), DateValue(item["iso"], item.get("basis", "text")), _score(item))
            for item in value["date"]
        ),
        project=tuple(DealProject(_span(item), _score(item)) for item in value["project"]),
        type=cast(DealType, _one_of(DEAL_TYPES, value["type"])),
        stage=cast(Stage, _one_of(STAGES, value["stage"])),
        score=_score(value),
        evidence=tuple(map(_span, value.get("evidence", ()))),
    )


def _party(value: Item) -> Party:
    return Party(
        _text(value["name"]),
        tuple(map(_span, value["mentions"])),
        tuple(map(_text, value.get("aliases", ()))),
        _score(value),
        None,
        value.get("code"),
    )


def _government(value: Item) -> Party:
    """A government, with the division that its code stands for."""
    from ..resolution.places.gazetteer import gazetteer

    party = _party(value)
    place = gazetteer().place(party.code) if party.code in gazetteer().divisions and party.code else None
    return Party(party.name, party.mentions, party.aliases, party.score, place, party.code)


def _location(value: Item) -> DealLocation:
    candidates = tuple(map(_text, value.get("candidates", ())))
    place = Place(value["code"], value["province"], value["city"], value["county"], candidates)
    return DealLocation(_span(value), place, _score(value))


def _amount(value: Item) -> DealAmount:
    amount = None
    if value["currency"] is not None:
        value_, low, high = (_number(value[name]) for name in ("value", "low", "high"))
        modifier = cast(Modifier, _one_of(MODIFIERS, value["modifier"]))
        amount = Amount(value_, low, high, _text(value["currency"]), modifier, value.get("per"))
    return DealAmount(_span(value), amount, cast(Scope, _one_of(SCOPES, value.get("scope", "deal"))), _score(value))


def _mention(value: Item) -> Mention:
    span = _span(value)
    label = value["label"]
    if not isinstance(label, str):
        raise TypeError(f"label {label!r} is none of {', '.join(LABELS)}")
    return Mention(span.start, span.end, span.text, cast(Label, label), _text(value["entity"]), _score(value))


def _span(value: Item) -> Span:
    start, end, text = value["start"], value["end"], _text(value["text"])
    if not (isinstance(start, int) and isinstance(end, int) and start >= 0 and end - start == len(text)):
        raise ValueError(f"no result of extract --format jsonl: {start!r} to {end!r} is no place of {text[:40]!r}")
    return Span(start, end, text)


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _score(value: Item) -> float:
    return float(value.get("score", 1.0))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no string")
    return value


def _one_of(known: tuple[str, ...], value: object) -> str:
    if value not in known:
        raise TypeError(f"{value!r} is none of {', '.join(known)}")
    return str(value)
