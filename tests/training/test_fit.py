from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from model.helpers import documents, network, vocabulary

from chinese_deal_ie.engine import Analysis, analyse
from chinese_deal_ie.model.fitted import CoreferenceWeights, Thresholds
from chinese_deal_ie.model.reader import Reader, Reading, ScoredSpan
from chinese_deal_ie.model.torch_backend import TorchBackend
from chinese_deal_ie.reading import clean
from chinese_deal_ie.resolution.assembly import FILLED, CompanyRoles, EntityView
from chinese_deal_ie.schema import Document
from chinese_deal_ie.training.fit import (
    Fit,
    apply_temperature,
    coordinate_search,
    deal_temperature,
    fit,
    fit_coreference,
    fit_thresholds,
)


def reader(seed: int = 0) -> Reader:
    model = network(seed)
    return Reader(TorchBackend(model), model.config, vocabulary())


def gold_reading(document: Document, same: dict[tuple[int, int], float]) -> Reading:
    """The gold mentions with pair logits of our own making."""
    mentions = tuple(ScoredSpan(m.start, m.end, m.label, 1.0) for m in document.mentions)
    return Reading(document.text, mentions, (), same)


def test_the_search_climbs_each_setting_and_takes_the_middle_of_a_plateau() -> None:
    def score(found: Thresholds) -> float:
        return -abs(found.deal - 0.7) + float(0.35 <= found.fill <= 0.65)

    best, value = coordinate_search(Thresholds(), {"deal": (0.1, 0.7, 0.9), "fill": (0.1, 0.4, 0.5, 0.6, 0.9)}, score)
    assert best == replace(Thresholds(), deal=0.7, fill=0.5)
    assert value == pytest.approx(1)


def test_a_lone_peak_loses_to_a_broad_one() -> None:
    grid = tuple(round(0.02 * step, 2) for step in range(1, 50))

    def score(found: Thresholds) -> float:
        return 1.2 * (found.deal == 0.2) + 1.0 * (0.6 <= found.deal <= 0.8)

    best, _ = coordinate_search(Thresholds(deal=0.2), {"deal": grid}, score)
    assert best.deal == 0.7


def test_of_two_plateaus_the_longer_one_is_taken() -> None:
    good = {0.1, 0.3, 0.4, 0.5}
    grid = (0.1, 0.2, 0.3, 0.4, 0.5)
    best, _ = coordinate_search(Thresholds(deal=0.2), {"deal": grid}, lambda found: float(found.deal in good))
    assert best.deal == 0.4


def test_settings_that_depend_on_each_other_are_searched_again() -> None:
    best, _ = coordinate_search(
        Thresholds(deal=0.1, fill=0.1),
        {"deal": (0.1, 0.2, 0.3), "fill": (0.1, 0.2, 0.3)},
        lambda found: -((found.deal - found.fill) ** 2) - 1.5 * (found.fill - 0.3) ** 2,
    )
    assert (best.deal, best.fill) == (0.3, 0.3)


def test_coreference_weights_mend_a_network_that_joins_everything() -> None:
    document = documents()[0]
    count = len(document.mentions)
    entities = [mention.entity for mention in document.mentions]
    same = {
        (i, j): 1.5 + 2.0 * (entities[i] == entities[j])
        for i in range(count)
        for j in range(i + 1, count)
        if document.mentions[i].label == document.mentions[j].label
    }
    case = ([gold_reading(document, same)], [clean(document.text)], [document])
    weights, score = fit_coreference(*case)
    assert score == 1
    assert weights != CoreferenceWeights()
    assert fit_coreference(*case) == (weights, score)


def roles(company: EntityView, deal: float, amount: dict[str, float]) -> CompanyRoles:
    slots = {"government": {"g1": 0.9}, "amount": amount, "location": {"l1": 0.8}, "date": {}, "project": {}}
    return CompanyRoles(company, deal, 0.1, "investment", "signed", slots, dict.fromkeys(slots, 0.1), {})  # type: ignore[arg-type]


def test_thresholds_tell_right_fillers_and_deals_from_wrong_ones() -> None:
    document = documents()[0]
    frame = replace(document.frames[0], company=("c1",), date=(), project=())
    gold = replace(document, frames=(frame,))
    ids = list(dict.fromkeys(mention.entity for mention in document.mentions))
    views = [
        EntityView(id, m[0].label, tuple(one.start for one in m), tuple(one.text for one in m))
        for id, m in document.entities().items()
    ]
    by_id = {view.id: view for view in views}
    analysis = Analysis(
        gold_reading(document, {}),
        tuple(ids.index(mention.entity) for mention in document.mentions),
        tuple(views),
        (roles(by_id["c1"], 0.8, {"a1": 0.22, "a2": 0.12}), roles(by_id["c3"], 0.6, {"a2": 0.2})),
    )
    best, *scores = fit_thresholds([analysis], [clean(document.text)], [gold])
    assert scores == [1, 1, 1]
    assert 0.6 < best.deal <= 0.8
    assert best.document <= 0.8
    assert best.fill <= 0.22


def test_a_document_without_deals_counts_for_its_silence() -> None:
    """Two sure companies, one of them where there is nothing to find: the threshold of documents lies between them."""
    signing, silent = documents()[0], documents()[1]
    frame = replace(signing.frames[0], company=("c1",), date=(), project=())
    analyses = []
    for document, deal in ((signing, 0.9), (silent, 0.7)):
        views = [EntityView(id, m[0].label, (m[0].start,), (m[0].text,)) for id, m in document.entities().items()]
        ids = [view.id for view in views]
        company = next(view for view in views if view.id == "c1")
        found = CompanyRoles(company, deal, 0.1, "investment", "signed", empty(), dict.fromkeys(FILLED, 0.1), {})
        entity_of = tuple(ids.index(mention.entity) for mention in document.mentions)
        analyses.append(Analysis(gold_reading(document, {}), entity_of, tuple(views), (found,)))
    gold = [replace(signing, frames=(replace(frame, government=(), amount=(), location=()),)), silent]
    best, *scores = fit_thresholds(analyses, [clean(item.text) for item in gold], gold)
    assert scores == [1, 1, 1]
    assert 0.7 < max(best.document, best.deal) <= 0.9


def empty() -> dict[Any, dict[str, float]]:
    return {slot: {} for slot in FILLED}


def test_fit_is_deterministic_and_never_worse_than_the_defaults() -> None:
    gold = documents()
    found = fit(reader(), gold)
    assert found == fit(reader(), gold)
    views = [clean(item.text) for item in gold]
    analyses = analyse(reader(), views, found.coreference)
    refitted, *scores = fit_thresholds(analyses, views, gold)
    assert refitted == found.thresholds
    assert scores == [found.pair, found.tuple, found.quiet]


def test_a_fit_survives_json() -> None:
    found = Fit(Thresholds(deal=0.4), CoreferenceWeights(bias=1.0), 0.9, 0.5, 0.3, 0.7)
    assert Fit.from_dict(found.to_dict()) == found


def test_temperature_divides_the_deal_logit_and_nothing_else() -> None:
    plain, cooled = network(), network()
    apply_temperature(cooled, 2.5)
    states, tags = np.ones((1, 6, 16), np.float32), np.ones((1, 6, 15), np.float32)
    states[0, 2] = -0.5
    outputs = [
        TorchBackend(model).focus(states, np.ones((1, 6), np.bool_), tags, np.ones((1, 6), np.float32))
        for model in (plain, cooled)
    ]
    (roles_before, before), (roles_after, after) = outputs
    np.testing.assert_array_equal(roles_before, roles_after)
    np.testing.assert_allclose(before[..., 0] / 2.5, after[..., 0], rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(before[..., 1:], after[..., 1:])


def test_the_temperature_is_one_where_no_company_is_found() -> None:
    model = network()
    with torch.no_grad():
        model.shared.tags.weight.zero_()
        model.shared.tags.bias.zero_()
        model.shared.tags.bias[0] = 9.0
    silent = Reader(TorchBackend(model), model.config, vocabulary())
    assert deal_temperature(silent, documents()) == 1


def test_overconfident_deals_are_cooled(monkeypatch: pytest.MonkeyPatch) -> None:
    document = documents()[0]
    views = [EntityView(id, m[0].label, (m[0].start,), (m[0].text,)) for id, m in document.entities().items()]
    by_id = {view.id: view for view in views}
    ids = [view.id for view in views]
    certain = 1 / (1 + math.exp(-6))
    # two companies of three are right, all with a logit of 6: the best temperature gives them 2/3
    companies = tuple(roles(by_id[id], certain, {}) for id in ("c1", "c2", "c3"))
    analysis = Analysis(
        gold_reading(document, {}), tuple(ids.index(m.entity) for m in document.mentions), tuple(views), companies
    )
    monkeypatch.setattr("chinese_deal_ie.training.fit.analyse", lambda *_: [analysis])
    assert deal_temperature(reader(), [document]) == pytest.approx(6 / math.log(2), rel=1e-3)
