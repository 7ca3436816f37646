"""More labels for a trained network: new rows for their tags, everything else as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch

from ..model.network import DealNetwork

RESERVE = 3.0
"""By so much a new tag's first score lies below the others' mean: nothing is found under it before it is learnt."""


def extend_labels(network: DealNetwork, labels: Sequence[str]) -> DealNetwork:
    """A network that knows ``labels`` beside its own; the same one when it does already.

    Tags of new labels stand behind the old ones. They begin with the mean weights of the tags B and I of all old
    labels, which tell where any name begins and goes on; the second reading begins blind to them. What the network
    says about its old labels is at first what it said before, but for the little probability that new tags take.
    """
    new = [label for label in dict.fromkeys(labels) if label not in network.config.labels]
    if not new:
        return network
    old_tags = len(network.config.tags)
    extended = DealNetwork(replace(network.config, labels=(*network.config.labels, *new)))
    state = dict(network.state_dict())
    weight, bias = state["shared.tags.weight"], state["shared.tags.bias"]
    rows = [weight, *([weight[1::2].mean(0, keepdim=True), weight[2::2].mean(0, keepdim=True)] * len(new))]
    biases = [bias, *([(bias[1::2].mean() - RESERVE)[None], (bias[2::2].mean() - RESERVE)[None]] * len(new))]
    seen = state["focus.tag_vectors.weight"]
    state["shared.tags.weight"] = torch.cat(rows)
    state["shared.tags.bias"] = torch.cat(biases)
    state["focus.tag_vectors.weight"] = torch.cat([seen, seen.new_zeros(len(seen), 2 * len(new))], 1)
    extended.load_state_dict(state)
    assert extended.shared.tags.out_features == old_tags + 2 * len(new)
    return extended.eval()
