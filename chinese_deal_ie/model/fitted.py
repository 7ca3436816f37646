"""What is fitted on held-out documents after training and stored with the weights."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CoreferenceWeights:
    """How much string evidence moves the network's logit that two mentions name one thing."""

    scale: float = 1.0
    bias: float = 0.0
    contained: float = 2.0
    """One name holds the other (百度公司, 百度)."""
    abbreviated: float = 1.0
    """The characters of one name stand in the other in order (中国交通建设, 中交建)."""
    disjoint: float = -1.5
    """Two names, no nominal among them, share no character."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where deals begin (``resolution.assembly``); all are probabilities but for ``further``, a ratio of two."""

    document: float = 0.5
    """Least probability of the surest company; a document below it has no deal."""
    deal: float = 0.5
    """Least probability of a company in a document that has one."""
    fill: float = 0.3
    """Least probability of a slot's best entity, given that there is a deal."""
    several: float = 0.5
    """Least probability that a slot has more than one entity."""
    further: float = 0.4
    """Least share of the best entity's probability that each further one has."""
    partner: float = 0.5
    """Least probability of two companies to stand in one deal."""
