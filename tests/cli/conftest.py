from __future__ import annotations

import pytest

from chinese_deal_ie.cli import models

from .helpers import FakeExtractor


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeExtractor:
    """The commands use this extractor in place of a model."""
    extractor = FakeExtractor()
    monkeypatch.setattr(models, "make_extractor", lambda model, backend=None, threads=None: extractor)
    return extractor
