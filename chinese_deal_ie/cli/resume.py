"""Output files that can be gone on with: whole lines only, whatever ended the run before."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TextIO

import typer

from .output import check_target, reason, visible


def finished(target: Path) -> Counter[str]:
    """The ids of the documents whose results ``target`` holds, each as often as it stands there.

    What an interrupted run without ``--resume`` left as ``NAME.partial`` becomes ``target`` first, where that does not
    exist. Half a line at the end, which a killed run may leave, is cut off.

    :raises typer.BadParameter: ``target`` is no file of JSON lines of ``extract``, or cannot be read or written, or
        there are both a finished and a partial file.
    """
    check_target(target.resolve())
    name = visible(str(target))
    partial = target.with_name(f"{target.name}.partial")
    done: Counter[str] = Counter()
    try:
        if partial.is_file():
            if target.exists():
                raise typer.BadParameter(
                    f"there are {name} and {visible(partial.name)}; remove the one that is not to be gone on with"
                )
            os.replace(partial, target)
        if not target.exists():
            return done
        if not target.is_file():
            raise typer.BadParameter(f"cannot resume {name}: not a file")
        with open(target, "rb+") as file:
            whole = 0
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    break
                done[_id(line, f"line {number} of {name}")] += 1
                whole += len(line)
            file.truncate(whole)
    except OSError as error:
        raise typer.BadParameter(f"cannot resume {name}: {reason(error)}") from error
    return done


def _id(line: bytes, place: str) -> str:
    try:
        result = json.loads(line)
    except ValueError:
        result = None
    if not isinstance(result, dict) or not isinstance(result.get("id"), str) or "deals" not in result:
        raise typer.BadParameter(f"{place} is no result of extract --format jsonl; nothing was changed")
    name: str = result["id"]
    return name


@contextmanager
def appended(target: Path) -> Iterator[TextIO]:
    """The stream that further lines of ``target`` are written to.

    :raises typer.BadParameter: ``target`` cannot be written.
    """
    try:
        stream = open(target, "a", encoding="utf-8", errors="backslashreplace", newline="")  # noqa: SIM115
    except OSError as error:
        raise typer.BadParameter(f"cannot write {visible(str(target))}: {reason(error)}") from error
    with stream:
        yield stream


@contextmanager
def undivided() -> Iterator[None]:
    """Ctrl-C takes effect at the end of the block, so that a line is written whole; a second Ctrl-C does at once."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    asked = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if asked:
        raise KeyboardInterrupt
