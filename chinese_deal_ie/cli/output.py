"""Where a command's output goes: results to stdout or a file, messages to stderr."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import typer

from .reporting import Level, as_json, current

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table

_LONGEST = 200
"""Characters of a name shown to people; longer ones are cut."""


def visible(text: str, longest: int = _LONGEST) -> str:
    """One line of ``text`` that is safe on a terminal.

    White space becomes single spaces; control, format and other unprintable characters (escape sequences,
    direction overrides, lone surrogates) become escapes such as ``\\x1b``; what exceeds ``longest`` is cut.
    """
    line = " ".join(text[: longest + 1].split())
    shown = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in line[:longest]
    )
    return shown + "…" if len(text) > longest else shown


class Messages:
    """Messages and the progress bar, on stderr; neither mixes with results.

    What the command was asked for (:func:`.reporting.current`) decides how much is told, and in which form.

    :param quiet: say nothing but errors.
    """

    def __init__(self, quiet: bool = False) -> None:
        from rich.console import Console

        self._asked = current()
        self.quiet = quiet or self._asked.quiet
        self._console = Console(stderr=True, soft_wrap=True, markup=False, highlight=False, emoji=False)

    def error(self, text: str) -> None:
        """What went wrong, where, and what to do about it."""
        self._say("error", text)

    def warning(self, text: str) -> None:
        """What may make a result worse."""
        if not self.quiet:
            self._say("warning", text)

    def note(self, text: str) -> None:
        """What is good to know."""
        if not self.quiet:
            self._say("info", text)

    def detail(self, text: str) -> None:
        """What only those who ask for it want to know."""
        if self._asked.verbose and not self.quiet:
            self._say("debug", text)

    def _say(self, level: Level, text: str) -> None:
        if self._asked.json:
            self._console.print(as_json(level, text))
        else:
            self._console.print(f"{level}: {text}" if level in ("error", "warning") else text)

    @contextmanager
    def bar(self) -> Iterator[Progress | None]:
        """An empty bar of work with a field ``loss``, or None where none is shown: no terminal, or quiet."""
        if self.quiet or self._asked.json or not sys.stderr.isatty():
            yield None
            return
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        texts = TextColumn("{task.description}"), TextColumn("{task.fields[loss]}")
        columns = texts[0], BarColumn(), MofNCompleteColumn(), texts[1], TimeRemainingColumn()
        with Progress(*columns, console=self._console, transient=True) as progress:
            yield progress

    @contextmanager
    def progress(self, total: int, *, results_on_stdout: bool) -> Iterator[Callable[[int], None]]:
        """A bar of ``total`` documents, advanced by the function that is given.

        Shown on a terminal only, and not where results scroll by on the same one.
        """
        busy = results_on_stdout and sys.stdout.isatty()
        if self.quiet or self._asked.json or busy or total < 2 or not sys.stderr.isatty():
            yield lambda steps: None
            return
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task("", total=total)
            yield lambda steps: progress.advance(task, steps)


def stop(text: str, code: int) -> typer.Exit:
    """The exception that ends a command with an error message: ``raise stop("…", 2)``."""
    Messages().error(text)
    return typer.Exit(code)


def reason(error: OSError) -> str:
    """What the operating system says, without number and file name."""
    return error.strerror or str(error) or type(error).__name__


def stdout() -> TextIO:
    """The standard output as UTF-8; what UTF-8 cannot hold (lone surrogates) is written as ``\\udc80``.

    Inside JSON strings that is the character's escape, so JSON stays exact.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    return sys.stdout


def console(stream: TextIO) -> Console:
    """A console for tables: as wide as the terminal, or as the table needs where ``stream`` is none."""
    from rich.console import Console

    return Console(
        file=stream,
        width=None if stream.isatty() else 10_000,
        force_terminal=None if stream is sys.stdout else False,
        markup=False,
        highlight=False,
        emoji=False,
    )


def print_table(stream: TextIO, table: Table) -> None:
    """Print a table without the blanks that rich pads lines with."""
    out = console(stream)
    with out.capture() as captured:
        out.print(table)
    stream.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


@contextmanager
def results(target: Path | None) -> Iterator[TextIO]:
    """The stream that results are written to: ``target``, or stdout when it is None.

    A file appears under its name only when it is complete. On Ctrl-C what was written is flushed; of a file it is kept
    as ``NAME.partial``, and a file that was there before stays as it was. After any other exception nothing is kept.

    :raises typer.BadParameter: ``target`` cannot be written.
    """
    if target is None:
        stream = stdout()
        try:
            yield stream
        finally:
            stream.flush()
        return
    with draft(target) as path, _open(path, target) as stream:
        yield stream


def _open(path: Path, target: Path) -> TextIO:
    try:
        return open(path, "w", encoding="utf-8", errors="backslashreplace", newline="")
    except OSError as error:
        raise typer.BadParameter(f"cannot write {visible(str(target))}: {reason(error)}") from error


@contextmanager
def draft(target: Path) -> Iterator[Path]:
    """A path beside ``target`` for a new file or folder that takes the name ``target`` when the block ends well.

    A file that was there is replaced; an existing folder must be empty. Devices and pipes are written directly.

    :raises typer.BadParameter: there is no folder to write ``target`` in, or something is in the way.
    """
    target = target.resolve()
    check_target(target)
    if target.exists() and not target.is_file() and not target.is_dir():
        yield target
        return
    path = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        yield path
        if target.is_file():
            shutil.copymode(target, path)
        elif target.is_dir():
            target.rmdir()
        os.replace(path, target)
    except KeyboardInterrupt:
        if path.is_file():
            partial = target.with_name(f"{target.name}.partial")
            os.replace(path, partial)
            Messages().error(f"interrupted; what was done is in {visible(str(partial))}, {target.name} is untouched")
        raise
    finally:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def check_target(target: Path) -> None:
    """Make sure before any work that ``target`` can be written; raises ``typer.BadParameter``."""
    name = visible(str(target))
    if not target.parent.is_dir():
        raise typer.BadParameter(f"cannot write {name}: no folder {visible(str(target.parent))}; make it first")
    if target.is_dir() and any(target.iterdir()):
        raise typer.BadParameter(f"cannot write {name}: a folder with files in it; name a new one")


def write_file(target: Path, text: str) -> None:
    """Write a whole file at once; raises as :func:`results`."""
    with results(target) as stream:
        stream.write(text)
