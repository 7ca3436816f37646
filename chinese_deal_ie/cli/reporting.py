"""What every command offers about its messages: ``-q``, ``-v`` and ``--log-format``."""

from __future__ import annotations

import functools
import inspect
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from typing import Annotated, Any, Literal

import typer

Level = Literal["error", "warning", "info", "debug"]


class LogFormat(str, Enum):
    """How messages are written."""

    text = "text"
    json = "json"


@dataclass(frozen=True, slots=True)
class Reporting:
    """How much is told, and in which form."""

    quiet: bool = False
    """Errors only."""
    verbose: bool = False
    json: bool = False
    """One JSON object a message."""


_USUAL = Reporting()
_CURRENT: ContextVar[Reporting] = ContextVar("reporting", default=_USUAL)

_OPTIONS: dict[str, Any] = {
    "quiet": (
        Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, warnings or summary; errors only.")],
        False,
    ),
    "verbose": (Annotated[bool, typer.Option("--verbose", "-v", help="Tell more about what is being done.")], False),
    "log_format": (
        Annotated[LogFormat, typer.Option(help="Messages on stderr as text, or a JSON object a line.")],
        LogFormat.text,
    ),
}


def current() -> Reporting:
    """What the running command was asked for."""
    return _CURRENT.get()


@contextmanager
def reporting(settings: Reporting) -> Iterator[None]:
    """Inside the block, :func:`current` is ``settings``."""
    token = _CURRENT.set(settings)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def as_json(level: Level, text: str) -> str:
    """A message as one line of JSON: ``time`` (ISO 8601, UTC), ``level``, ``message``."""
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    return json.dumps({"time": now, "level": level, "message": text}, ensure_ascii=False)


def reports(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the options about messages; one that has such an option itself keeps its own, and is told it."""
    from .output import Messages

    signature = inspect.signature(command, eval_str=True)
    added = {name: option for name, option in _OPTIONS.items() if name not in signature.parameters}

    @functools.wraps(command)
    def run(**values: Any) -> None:
        asked = {name: values.pop(name) if name in added else values[name] for name in _OPTIONS}
        as_lines = asked["log_format"] is LogFormat.json
        begun = time.monotonic()
        with reporting(Reporting(asked["quiet"], asked["verbose"], as_lines)):
            try:
                command(**values)
            except typer.BadParameter as error:
                if not as_lines:
                    raise
                Messages().error(error.message)
                raise typer.Exit(2) from error
            finally:
                Messages().detail(f"took {time.monotonic() - begun:.1f} s")

    parameters = [
        *signature.parameters.values(),
        *(
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for name, (annotation, default) in added.items()
        ),
    ]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run
