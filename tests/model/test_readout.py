from __future__ import annotations

import numpy as np
import torch

from chinese_deal_ie.model.readout import SAME_BIAS, mention_scores, same_scores

GENERATOR = np.random.default_rng(0)
READOUT = GENERATOR.normal(size=(9, 12)).astype(np.float32)
STARTS, ENDS = np.array([0, 2, 5]), np.array([1, 5, 9])


def test_a_score_is_first_plus_last_plus_mean() -> None:
    found = mention_scores(READOUT, STARTS, ENDS)
    for row, (start, end) in enumerate(zip(STARTS, ENDS, strict=True)):
        wanted = READOUT[start, :4] + READOUT[end - 1, 4:8] + READOUT[start:end, 8:].mean(0)
        np.testing.assert_allclose(found[row], wanted, atol=1e-5)


def test_torch_and_numpy_agree() -> None:
    tensors = (torch.from_numpy(READOUT), torch.from_numpy(STARTS), torch.from_numpy(ENDS))
    for function in (mention_scores, same_scores):
        np.testing.assert_allclose(function(READOUT, STARTS, ENDS), function(*tensors).numpy(), rtol=1e-5, atol=1e-5)


def test_pair_scores_are_symmetric_inner_products() -> None:
    found = same_scores(READOUT, STARTS, ENDS)
    vectors = mention_scores(READOUT, STARTS, ENDS)
    np.testing.assert_allclose(found, found.T, atol=1e-6)
    np.testing.assert_allclose(found[0, 2], vectors[0] @ vectors[2] / 2 + SAME_BIAS, rtol=1e-5)
