"""A stand-in for the model: deals of parties that a text names outright."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from typer.testing import CliRunner, Result

from chinese_deal_ie.cli import app
from chinese_deal_ie.extractor import Item
from chinese_deal_ie.schema import (
    Amount,
    DateValue,
    Deal,
    DealAmount,
    DealDate,
    DealLocation,
    DealProject,
    Document,
    Extraction,
    Frame,
    Mention,
    Party,
    Place,
    Span,
)

ARTICLE = "11月24日,常州市政府与百度公司签约,总投资约50亿元,落户钟楼经济开发区。"
TWO_COMPANIES = "常州市政府与百度公司、京东公司签约。"
CRASH = "崩溃"
_PLACE = Place("320404", "江苏省", "常州市", "钟楼区")


def run(*arguments: str | Path, input: bytes | None = None) -> Result:
    """The command line in this process; errors of the program itself are raised, not swallowed."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=input)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def spans(text: str, name: str) -> tuple[Span, ...]:
    start = text.find(name)
    return () if start < 0 else (Span(start, start + len(name), name),)


@dataclass
class FakeExtractor:
    """Follows the protocol of the real one."""

    folder: Path = Path("fake-model")
    longest: int = 1_000_000
    name: str = "百度公司"
    amount: Amount | None = Amount(Decimal("5E9"), modifier="approximately")
    published: list[date | None] = field(default_factory=list)

    def extract(self, text: str, *, id: str = "", published: date | None = None) -> Extraction:
        self.published.append(published)
        if CRASH in text:
            raise RuntimeError("network on fire")
        if len(text) > self.longest:
            return Extraction(id, text, warnings=(f"failed: {len(text):,} characters, at most {self.longest:,}",))
        return Extraction(id, text, tuple(self._deals(text)), self._mentions(text))

    def extract_many(self, items: Iterable[Item], *, batch_size: int = 32) -> Iterator[Extraction]:
        for id, text, *published in items:
            try:
                yield self.extract(text, id=id, published=published[0] if published else None)
            except RuntimeError as error:
                yield Extraction(id, text, warnings=(f"failed: RuntimeError: {error}",))

    def predict(self, documents: Sequence[Document]) -> list[Document]:
        if any(document.mentions or document.frames for document in documents):
            raise AssertionError("shown the annotation")
        return [self._predict(document) for document in documents]

    def _mentions(self, text: str) -> tuple[Mention, ...]:
        return tuple(
            Mention(span.start, span.end, span.text, "COM", f"c{number}")
            for number, name in enumerate((self.name, "京东公司"), 1)
            for span in spans(text, name)
        )

    def _predict(self, document: Document) -> Document:
        mentions = self._mentions(document.text)
        frames = (Frame(company=("c1",)),) if mentions else ()
        return Document(document.id, document.text, mentions, frames, document.meta)

    def _deals(self, text: str) -> Iterator[Deal]:
        companies = [Party(mention.text, (mention,), score=0.99) for mention in self._mentions(text)]
        if not companies:
            return
        government = [Party("常州市政府", (span,), code="320400", score=0.98) for span in spans(text, "常州市政府")]
        yield Deal(
            tuple(government),
            tuple(companies),
            tuple(DealAmount(span, self.amount, score=0.95) for span in spans(text, "约50亿元")),
            tuple(DealLocation(span, _PLACE, 0.9) for span in spans(text, "钟楼经济开发区")),
            tuple(DealDate(span, DateValue("2015-11-24", "published")) for span in spans(text, "11月24日")),
            tuple(DealProject(span) for span in spans(text, "百度大数据产业园")),
            "investment",
            "signed",
            0.93,
        )
