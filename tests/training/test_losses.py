from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from model.helpers import documents, network, vocabulary

from chinese_deal_ie.training.deals import examples
from chinese_deal_ie.training.examples import IGNORED, Batch, Focus, collate
from chinese_deal_ie.training.loop import Trainer
from chinese_deal_ie.training.losses import coreference_loss, focus_loss, pool_entities, tag_loss

VOCABULARY = vocabulary()


def tiny_batch() -> Batch:
    config = network().config
    return collate([found for item in documents() for found in examples(item, config, VOCABULARY)], VOCABULARY.pad)


def everything(model: torch.nn.Module, batch: Batch) -> dict[str, torch.Tensor]:
    states, tags, coreference = model.shared(batch.ids, batch.mask)
    chosen = [(row, focus) for row, item in enumerate(batch.examples) for focus in item.focuses]
    return {
        "tags": tag_loss(tags, batch.tags),
        "coreference": coreference_loss(coreference, batch),
        **focus_loss(model.focus, model.config, batch, states, tags, chosen),
    }


def test_all_losses_fall_when_one_batch_is_learnt_by_heart() -> None:
    model, batch = network(hidden_size=32).train(), tiny_batch()
    before = {name: loss.item() for name, loss in everything(model, batch).items()}
    assert before.keys() >= {
        "tags",
        "coreference",
        "deal",
        "shared",
        "type",
        "stage",
        "partner",
        "government",
        "amount",
    }
    trainer = Trainer(model, steps=150, encoder_rate=5e-3, head_rate=2e-2)
    for _ in range(150):
        trainer.update(torch.stack(list(everything(model, batch).values())).sum())
    after = {name: loss.item() for name, loss in everything(model, batch).items()}
    for name, loss in before.items():
        assert after[name] < 0.5 * loss or after[name] < 0.05, (name, loss, after[name])


def test_a_focus_carries_only_the_losses_it_has_targets_for() -> None:
    model, batch = network(), tiny_batch()
    states, tags, _ = model.shared(batch.ids, batch.mask)
    company = batch.examples[0].focuses[0].entity

    def names(focus: Focus) -> set[str]:
        return set(focus_loss(model.focus, model.config, batch, states, tags, [(0, focus)]))

    assert names(Focus(company, deal=0.0)) == {"deal"}
    assert names(Focus(company, deal=math.nan, type=1, roles={"amount": ()})) == {"type", "amount"}
    assert names(Focus(company, shared=1.0, stage=0)) == {"deal", "shared", "stage"}


def test_a_slot_with_two_right_entities_is_content_with_half_each() -> None:
    model, batch = network(), tiny_batch()
    with torch.no_grad():
        for parameter in (*model.focus.roles.parameters(), *model.focus.decisions.parameters()):
            parameter.zero_()
    states, tags, _ = model.shared(batch.ids, batch.mask)
    example = batch.examples[0]
    amounts = tuple(index for index, label in enumerate(example.labels) if label == "AMT")
    assert len(amounts) == 2
    company = example.focuses[0].entity
    for fillers in ((), amounts[:1], amounts):
        focus = Focus(company, deal=math.nan, roles={"amount": fillers})
        terms = focus_loss(model.focus, model.config, batch, states, tags, [(0, focus)])
        loss = terms["amount"]
        assert ("several" in terms) == bool(fillers)
        # "not stated" and two entities of one mention each are equally likely
        assert loss.item() == pytest.approx(math.log(3), abs=1e-5)


def test_tags_that_are_ignored_carry_no_loss() -> None:
    logits = torch.randn(1, 3, 5, generator=torch.Generator().manual_seed(0))
    tags = torch.tensor([[IGNORED, 1, IGNORED]])
    assert float(tag_loss(logits, tags)) == pytest.approx(float(-logits[0, 1].log_softmax(-1)[1]))


def test_entities_are_compared_with_their_own_label_only() -> None:
    batch = tiny_batch()
    example = batch.examples[1]  # a company, a sum and a place: nothing to compare
    alone = replace(batch, examples=(example,))
    readout = torch.randn(1, batch.ids.shape[1], 12, requires_grad=True)
    loss = coreference_loss(readout, alone)
    assert loss.item() == 0
    loss.backward()


def test_pooled_entities_are_log_sums() -> None:
    scores = torch.tensor([[1.0, -2.0], [3.0, 0.0], [20.0, -30.0]])
    found = pool_entities(scores, torch.tensor([0, 0, 1]), 2)
    wanted = torch.stack([scores[:2].logsumexp(0), scores[2]])
    torch.testing.assert_close(found, wanted)
    assert pool_entities(torch.zeros(0, 2), torch.zeros(0, dtype=torch.long), 0).shape == (0, 2)


def test_the_mean_over_focuses_does_not_depend_on_their_order() -> None:
    model, batch = network(), tiny_batch()
    states, tags, _ = model.shared(batch.ids, batch.mask)
    chosen = [(row, focus) for row, item in enumerate(batch.examples) for focus in item.focuses]
    there = focus_loss(model.focus, model.config, batch, states, tags, chosen)
    back = focus_loss(model.focus, model.config, batch, states, tags, chosen[::-1])
    for name, loss in there.items():
        np.testing.assert_allclose(loss.item(), back[name].item(), rtol=1e-5)
