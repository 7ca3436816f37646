"""Stand-off annotations: offsets into texts that are not redistributed.

An annotation file ``<stem>.json`` holds ``id``, ``sha256`` (of the bytes of the text file ``<stem>.txt``), ``meta``,
``entities`` (id to label and name, for readers), ``mentions`` (``start``, ``end``, ``label``, ``entity``) and
``deals`` (slots that point at entity ids). Offsets are code points of the file decoded as UTF-8 with its line ends
as they are, end exclusive.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from ..schema import Document, Mention
from .checks import require
from .errors import FormatError
from .json_lines import frame_from_json
from .sources import json_object, malformed, read_utf8

SEEDS_VARIABLE = "CHINESE_DEAL_IE_SEEDS"
"""Environment variable that names a folder with the texts of the seed articles."""


def find_seed_texts() -> Path | None:
    """The folder with the texts of the seed articles, or None when nobody has put them here.

    The first folder with ``*.txt`` files among: the one that ``CHINESE_DEAL_IE_SEEDS`` names, ``seeds/`` and
    ``../shared/seeds/``, the last two seen from the working directory, then from the source tree.
    """
    roots = (Path.cwd(), Path(__file__).resolve().parents[2])
    named = os.environ.get(SEEDS_VARIABLE)
    folders = [Path(named)] if named else []
    folders += [root / "seeds" for root in roots]
    folders += [root.parent / "shared" / "seeds" for root in roots]
    return next((folder for folder in folders if any(folder.glob("*.txt"))), None)


def load_standoff(annotation: str | Path, texts: str | Path | None = None) -> Document:
    """Join an annotation file with its text.

    ``texts`` is the folder with the text files; None takes the one :func:`find_seed_texts` finds. Raises
    ``FileNotFoundError`` when the annotation or its text is not there, :class:`FormatError` when the text is not the
    annotated one (by SHA-256) or the annotation is malformed.
    """
    path = Path(annotation)
    record = json_object(read_utf8(path), path, 1, 0)
    folder = find_seed_texts() if texts is None else Path(texts)
    if folder is None:
        raise FileNotFoundError(f"no texts for {path}: put them into seeds/ or name their folder in {SEEDS_VARIABLE}")
    source = folder / f"{path.stem}.txt"
    data = source.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    with malformed(path):
        if digest != record["sha256"]:
            raise FormatError(
                f"not the annotated text: SHA-256 is {digest}, {path} was made for {record['sha256']}", source
            )
        text = data.decode("utf-8")
        mentions = tuple(
            Mention(start, end, text[start:end], entry["label"], str(entry["entity"]))
            for entry in record["mentions"]
            for start, end in [(int(entry["start"]), int(entry["end"]))]
        )
        frames = tuple(map(frame_from_json, record["deals"]))
        meta = {str(key): str(value) for key, value in record.get("meta", {}).items()}
        return require(Document(str(record["id"]), text, mentions, frames, meta), path)
