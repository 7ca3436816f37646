"""Many documents as columns: an actor for Ray Data (extra ``ray``), and for whatever else maps batches of columns.

Ray starts as many actors as ``concurrency`` asks for, each loads the model once, and gives the batches of an actor that
died to another::

    import ray
    from chinese_deal_ie.ray_data import extract_dataset

    news = ray.data.read_parquet("news/")            # columns id, text and, if you have it, published
    extract_dataset(news, concurrency=2).write_parquet("deals/")

Nothing here imports Ray, so that the actor serves PySpark, Dask or pandas as well (docs/performance.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pathlib import Path

    from .extractor import Item
    from .schema import Extraction

BATCH = 16
"""Documents at a time: some seconds of work, so that little is lost with a worker."""
Columns = dict[str, npt.NDArray[Any]]


class DealActor:
    """Reads batches of columns; the model is loaded once, when the actor is made.

    :param model: a checkpoint folder that every machine sees; None is the packaged model.
    :param id: the column with ids; where there is none, ids are empty.
    :param text: the column with texts.
    :param published: the column with days of publication (dates, or texts such as 2015-11-24), used where there is one.
    :param threads: threads of each actor.
    :raises CheckpointError: when the folder is no usable checkpoint.
    """

    def __init__(
        self,
        model: Path | str | None = None,
        *,
        id: str = "id",
        text: str = "text",
        published: str = "published",
        threads: int = 1,
    ) -> None:
        from .extractor import Extractor

        self.id, self.text, self.published = id, text, published
        self.extractor = Extractor.from_checkpoint(model, threads=threads)

    def __call__(self, batch: Mapping[str, Sequence[Any]]) -> Columns:
        """One row for each row of ``batch``, in order.

        :returns: ``id``; ``result``, the JSON line of ``chinese-deal-ie extract --format jsonl``; ``deals``, their
            number; ``failed``, whether the document could not be read (the warnings in ``result`` say why).
        :raises KeyError: when there is no column of texts.
        """
        names = batch[self.id] if self.id in batch else [""] * len(batch[self.text])
        ids = ["" if name is None else str(name) for name in names]
        texts = list(batch[self.text])
        days = list(batch[self.published]) if self.published in batch else [None] * len(texts)
        read = self.extractor.extract_many(self._items(ids, texts, days))
        results = [_line(result, isinstance(text, str)) for result, text in zip(read, texts, strict=True)]
        return {
            "id": np.array(ids, object),
            "result": np.array([json.dumps(result, ensure_ascii=False) for result in results], object),
            "deals": np.array([len(result["deals"]) for result in results], np.int32),
            "failed": np.array(
                [any(warning.startswith("failed: ") for warning in result["warnings"]) for result in results], np.bool_
            ),
        }

    @staticmethod
    def _items(ids: Sequence[str], texts: Sequence[Any], days: Sequence[Any]) -> Iterator[Item]:
        for id, text, day in zip(ids, texts, days, strict=True):
            yield id, text if isinstance(text, str) else "", _day(day)


def _line(result: Extraction, is_text: bool) -> dict[str, Any]:
    line = result.to_dict()
    return line if is_text else {**line, "warnings": ["failed: no text in this row"]}


def _day(value: Any) -> date | None:
    """A day from what columns hold; None where it is none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, np.datetime64):
        value = str(value)  # NaT is no ISO date
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def extract_dataset(
    dataset: Any, *, concurrency: int | tuple[int, int] = 2, batch_size: int = BATCH, **settings: Any
) -> Any:
    """The Ray dataset with one row of results for each row of ``dataset``, in its order if Ray is told to keep it.

    :param dataset: a ``ray.data.Dataset``.
    :param concurrency: how many actors; a pair lets Ray choose between the two.
    :param settings: for :class:`DealActor`.
    """
    settings.setdefault("threads", 1)
    return dataset.map_batches(
        DealActor,
        fn_constructor_kwargs=settings,
        concurrency=concurrency,
        batch_size=batch_size,
        batch_format="numpy",
        num_cpus=settings["threads"],
    )
