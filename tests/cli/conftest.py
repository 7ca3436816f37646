from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from chinese_deal_ie.cli import models

from .helpers import FakeExtractor


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeExtractor:
    """The commands use this extractor in place of a model."""
    extractor = FakeExtractor()
    monkeypatch.setattr(models, "make_extractor", lambda model, backend=None, threads=None: extractor)
    return extractor


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C counts, also where the tests run in the background and were told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
