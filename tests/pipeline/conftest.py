from __future__ import annotations

import sys
from types import ModuleType

import pytest

from .fakes import FakeExtractor


@pytest.fixture
def fake_model(monkeypatch: pytest.MonkeyPatch) -> type[FakeExtractor]:
    """Puts :class:`FakeExtractor` where the component looks for the real one."""
    module = ModuleType("chinese_deal_ie.extractor")
    module.Extractor = FakeExtractor  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "chinese_deal_ie.extractor", module)
    monkeypatch.setattr(FakeExtractor, "loaded", [])
    monkeypatch.setattr(FakeExtractor, "batches", [])
    return FakeExtractor
