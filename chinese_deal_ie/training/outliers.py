"""Layers whose few outlier features stay in floating point when the rest is quantised.

One input feature of a projection is often tens of times larger than the others; with one scale for all of them, 8-bit
activations then round everything else away. After LLM.int8() (Dettmers et al. 2022, arXiv:2208.07339) these features
get a small float product of their own. Which they are is read off calibration texts.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..model.network import Layer

FEED_IN = 4
"""Outlier features kept apart in the input of a layer's first feed-forward projection."""
FEED_OUT = 32
"""Outlier features kept apart in the input of the second."""


class SplitFeedForward(nn.Module):
    """The feed-forward half of a layer in four parts: quantisable and outlier features, in and out."""

    inputs: Tensor
    plain: Tensor

    def __init__(self, layer: Layer, inputs: Tensor, inner: Tensor) -> None:
        super().__init__()
        feed_in, feed_out = layer.feed_in, layer.feed_out
        kept = torch.ones(feed_out.in_features, dtype=torch.bool)
        kept[inner] = False
        plain = torch.ones(feed_in.in_features)
        plain[inputs] = 0.0
        self.register_buffer("inputs", inputs)
        self.register_buffer("plain", plain)
        self.in_rest = _linear(feed_in.weight[kept] * plain, feed_in.bias[kept])
        self.in_large = _linear(feed_in.weight[inner] * plain, feed_in.bias[inner])
        order = torch.cat([kept.nonzero()[:, 0], inner])
        self.from_large = nn.Parameter(feed_in.weight[order][:, inputs].T.contiguous())
        self.out_rest = _linear(feed_out.weight[:, kept], feed_out.bias)
        self.out_large = _linear(feed_out.weight[:, inner], None)

    def forward(self, states: Tensor) -> Tensor:
        """States ``(batch, length, hidden)`` to the feed-forward output of the same shape."""
        large = states.index_select(-1, self.inputs) @ self.from_large
        states = states * self.plain
        split = self.in_rest.out_features
        rest = F.gelu(self.in_rest(states) + large[..., :split])
        most = F.gelu(self.in_large(states) + large[..., split:])
        result: Tensor = self.out_rest(rest) + self.out_large(most)
        return result


class SplitLayer(nn.Module):
    """A :class:`~chinese_deal_ie.model.network.Layer` with a :class:`SplitFeedForward`."""

    def __init__(self, layer: Layer, inputs: Tensor, inner: Tensor) -> None:
        super().__init__()
        self.layer = layer
        self.feed_forward = SplitFeedForward(layer, inputs, inner)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """As :meth:`Layer.forward`."""
        states = self.layer.attend(states, mask)
        result: Tensor = self.layer.feed_norm(states + self.feed_forward(states))
        return result


def split_outliers(module: nn.Module, layers: str, calibrate: Callable[[], object]) -> nn.Module:
    """A copy of ``module`` whose layers keep their outlier features in floating point.

    :param layers: name of its ``nn.ModuleList`` of :class:`Layer`.
    :param calibrate: runs ``module`` (the original) over representative texts.
    """
    originals: list[Layer] = list(getattr(module, layers))
    largest: dict[nn.Module, Tensor] = {}

    def note(projection: nn.Module, inputs: tuple[Tensor, ...], _: Tensor) -> None:
        seen = inputs[0].detach().abs().amax((0, 1))
        largest[projection] = torch.maximum(largest.get(projection, seen), seen)

    hooks = [part.register_forward_hook(note) for layer in originals for part in (layer.feed_in, layer.feed_out)]
    try:
        calibrate()
    finally:
        for hook in hooks:
            hook.remove()
    result = copy.deepcopy(module)

    def outliers(projection: nn.Linear, count: int) -> Tensor:
        # A projection that no text reached (focus layers, where no company was found) has none in particular.
        return largest.get(projection, torch.zeros(projection.in_features)).topk(count).indices

    split = [
        SplitLayer(layer, outliers(original.feed_in, FEED_IN), outliers(original.feed_out, FEED_OUT))
        for layer, original in zip(getattr(result, layers), originals, strict=True)
    ]
    setattr(result, layers, nn.ModuleList(split))
    return result.eval()


def _linear(weight: Tensor, bias: Tensor | None) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    with torch.no_grad():
        layer.weight.copy_(weight)
        if bias is not None:
            layer.bias.copy_(bias)
    return layer
