"""The network in PyTorch: a character Transformer whose upper layers are read again for each company.

Mentions are tagged on the lower, shared layers. For every company entity the upper layers then run once more with
that company's mentions marked by a learnt vector and all characters carrying their soft tags; linear read-outs give
each other mention its role in this company's deal. The mid-layer markers are our variant of typed entity markers
(Zhong and Chen 2021, arXiv:2010.12812); sharing the lower layers keeps the cost of a company at
``focus_layers / (shared_layers + focus_layers)`` of a full reading.

All read-outs are linear in character states, so that a mention's score is a sum of three values picked from one
``(batch, length, outputs)`` array: at its first character, at its last, and the mean over all of them.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import ROLES, ModelConfig


def drop_features(states: Tensor, rate: float, training: bool) -> Tensor:
    """Variational dropout (Gal and Ghahramani 2016): one mask a sequence for all its characters.

    Drawing a mask for every character takes longer than the matrix products on a CPU.
    """
    if not training or not rate:
        return states
    kept = torch.empty(states.shape[0], 1, states.shape[2], device=states.device).bernoulli_(1 - rate)
    return states * (kept / (1 - rate)).to(states.dtype)


class Layer(nn.Module):
    """A post-norm Transformer layer (Vaswani et al. 2017), laid out as in BERT."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.heads = config.num_heads
        self.dropout = config.dropout
        self.qkv = nn.Linear(width, 3 * width)
        self.attention_out = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width, eps=config.layer_norm_eps)
        self.feed_in = nn.Linear(width, config.intermediate_size)
        self.feed_out = nn.Linear(config.intermediate_size, width)
        self.feed_norm = nn.LayerNorm(width, eps=config.layer_norm_eps)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """States ``(batch, length, hidden)`` under an additive mask ``(batch, 1, 1, length)``; same shape back."""
        states = self.attend(states, mask)
        fed = self.feed_out(F.gelu(self.feed_in(states)))
        result: Tensor = self.feed_norm(states + drop_features(fed, self.dropout, self.training))
        return result

    def attend(self, states: Tensor, mask: Tensor) -> Tensor:
        """The attention half of the layer; shapes as in :meth:`forward`."""
        batch, length, width = states.shape
        query, key, value = (
            self.qkv(states).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        )
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        mixed = self.attention_out(mixed.transpose(1, 2).reshape(batch, length, width))
        result: Tensor = self.attention_norm(states + drop_features(mixed, self.dropout, self.training))
        return result


class SharedReader(nn.Module):
    """Embeddings and lower layers with the mention and coreference read-outs."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.dropout = config.dropout
        self.characters = nn.Embedding(config.vocab_size, width)
        self.positions = nn.Embedding(config.max_positions, width)
        self.norm = nn.LayerNorm(width, eps=config.layer_norm_eps)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.shared_layers))
        self.tags = nn.Linear(width, len(config.tags))
        self.coreference = nn.Linear(width, 3 * config.coreference_size)

    def encode(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Character ids and additive mask to states ``(batch, length, hidden)``."""
        places = torch.arange(ids.shape[1], device=ids.device)
        states: Tensor = self.norm(self.characters(ids) + self.positions(places))
        states = drop_features(states, self.dropout, self.training)
        for layer in self.layers:
            states = layer(states, mask)
        return states

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Read windows once.

        :param ids: character ids, ``(batch, length)``.
        :param mask: additive attention mask, 0 for characters and a large negative number for padding,
            ``(batch, 1, 1, length)``.
        :returns: states ``(batch, length, hidden)``, tag logits ``(batch, length, tags)``, coreference read-outs
            ``(batch, length, 3 * coreference_size)``.
        """
        states = self.encode(ids, mask)
        return states, self.tags(states), self.coreference(states)


class FocusReader(nn.Module):
    """Upper layers, read once a company, with the role and deal read-outs."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width = config.hidden_size
        self.tag_vectors = nn.Linear(len(config.tags), width, bias=False)
        self.focus_vector = nn.Parameter(torch.zeros(width))
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.focus_layers))
        self.roles = nn.Linear(width, 3 * len(ROLES))
        self.decisions = nn.Linear(width, sum(config.focus_outputs.values()))

    def encode(self, states: Tensor, mask: Tensor, tag_probabilities: Tensor, focus: Tensor) -> Tensor:
        """Mark the company in focus, then read again; shapes as in :meth:`forward`."""
        states = states + self.tag_vectors(tag_probabilities) + focus.unsqueeze(-1) * self.focus_vector
        for layer in self.layers:
            states = layer(states, mask)
        return states

    def forward(self, states: Tensor, mask: Tensor, tag_probabilities: Tensor, focus: Tensor) -> tuple[Tensor, Tensor]:
        """Read a window for one company each.

        :param states: shared states, ``(batch, length, hidden)``.
        :param mask: additive attention mask, ``(batch, 1, 1, length)``.
        :param tag_probabilities: softmax of the tag logits, ``(batch, length, tags)``.
        :param focus: 1 on the characters of the company's mentions, else 0, ``(batch, length)``.
        :returns: role read-outs ``(batch, length, 3 * roles)`` and deal decisions
            ``(batch, length, sum(focus_outputs))``.
        """
        states = self.encode(states, mask, tag_probabilities, focus)
        return self.roles(states), self.decisions(states)


class DealNetwork(nn.Module):
    """Both readers; the unit that is trained, saved and exported."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.shared = SharedReader(config)
        self.focus = FocusReader(config)
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Embedding):
                nn.init.normal_(module.weight, std=0.02)
        # As large as a state's own features, so that the mark is seen from the first step.
        nn.init.normal_(self.focus.focus_vector, std=0.5)


def additive_mask(valid: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
    """``(batch, length)`` of booleans to an additive attention mask ``(batch, 1, 1, length)``."""
    return torch.zeros(valid.shape, dtype=dtype, device=valid.device).masked_fill(~valid, -10000.0)[:, None, None, :]
