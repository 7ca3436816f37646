"""Writes docs/reference.md from the docstrings of the public names.

python docs/reference.py            # write
python docs/reference.py --check    # exit 1 where the file is out of date
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import inspect
import re
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("reference.md")
MODULES = (
    "chinese_deal_ie",
    "chinese_deal_ie.schema",
    "chinese_deal_ie.reading",
    "chinese_deal_ie.resolution.sums",
    "chinese_deal_ie.pipeline.extensions",
    "chinese_deal_ie.corpus_io",
    "chinese_deal_ie.evaluation",
    "chinese_deal_ie.rendering",
)
_ROLE = re.compile(r":[a-z]+:`~?(?:[\w.]*\.)?(\w+)`")
_FIELD = re.compile(r"^:(param|raises?) (?:\w+ )*?([\w.]+): ?", re.MULTILINE)
_RETURNS = re.compile(r"^:returns?: ?", re.MULTILINE)
_QUOTED = re.compile(r"(: |-> )'([^']*)'")
"""An annotation that was not evaluated."""
_OBJECT = re.compile(r"<[^<>]*(?:<[^<>]*>[^<>]*)* at 0x[0-9a-f]+>")
"""A default without a name of its own, whose address changes from run to run."""


def reference() -> str:
    """The page as Markdown."""
    parts = [
        "# Reference",
        "<!-- made by docs/reference.py from the docstrings; edit those -->",
        "What is listed here is public. Offsets are characters of the raw text, end exclusive. "
        "The command line documents itself: `chinese-deal-ie COMMAND --help`.",
    ]
    told: set[object] = set()
    for name in MODULES:
        module = importlib.import_module(name)
        parts += [f"## {name}", markdown(inspect.getdoc(module) or "")]
        for member in sorted(getattr(module, "__all__", ()) or _own(module), key=str.casefold):
            value = getattr(module, member)
            if (inspect.isclass(value) or inspect.isfunction(value)) and value not in told:
                told.add(value)
                parts += _class(member, value) if inspect.isclass(value) else [_function("###", member, value)]
    return "\n\n".join(filter(None, parts)) + "\n"


def _own(module: object) -> list[str]:
    home = vars(module)["__name__"]
    return (
        [
            name
            for name, value in vars(module).items()
            if not name.startswith("_") and inspect.isfunction(value) and value.__module__ == home
        ]
        if home.endswith(".sums")
        else []
    )


def _class(name: str, kind: type) -> list[str]:
    enum_like = not dataclasses.is_dataclass(kind) and not hasattr(kind, "_fields")
    parts = [f"### class {name}", markdown(inspect.cleandoc(kind.__doc__ or ""))]
    fields = [field.name for field in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else []
    rows = [f"* `{field}`{_comment(kind, field)}" for field in fields or getattr(kind, "_fields", ())]
    parts.append("\n".join(rows))
    for member, value in vars(kind).items():
        if member.startswith("_") and not (member == "__init__" and enum_like and value.__doc__):
            continue
        function = value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
        if isinstance(value, property):
            parts.append(f"**`{name}.{member}`** {markdown(inspect.cleandoc(value.__doc__ or ''))}")
        elif inspect.isfunction(function) and function.__doc__:
            parts.append(_function("####", f"{name}.{member}", function))
    return parts


def _comment(kind: type, field: str) -> str:
    """The string that stands below a field in the source, which Python itself does not keep."""
    source = inspect.getsource(kind)
    found = re.search(rf'^    {field}:[^\n]*\n    """(.*?)"""', source, re.MULTILINE | re.DOTALL)
    return f": {' '.join(markdown(found[1]).split())}" if found else ""


def _function(level: str, name: str, function: object) -> str:
    signature = _QUOTED.sub(r"\1\2", str(inspect.signature(function)))  # type: ignore[arg-type]
    signature = _OBJECT.sub("...", signature)
    doc = markdown(inspect.getdoc(function) or "")
    return f"{level} {name}\n\n```python\n{name.rpartition('.')[2]}{signature}\n```\n\n{doc}".rstrip()


def markdown(doc: str) -> str:
    """A docstring as Markdown: roles and double backquotes become code, fields a list, tables of lines a block."""
    doc = _ROLE.sub(r"`\1`", doc).replace("``", "`")
    doc = _FIELD.sub(lambda found: f"* {'raises ' if found[1] != 'param' else ''}`{found[2]}`: ", doc)
    doc = _RETURNS.sub("* returns ", doc)
    doc = re.sub(r"^(={3,}.*)$(.*)^\1$", r"```\n\1\2\1\n```", doc, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"([^\n])\n(\* )", _list_start, doc)


def _list_start(found: re.Match[str]) -> str:
    before = found.string[: found.start(2)].rstrip("\n").rpartition("\n")[2]
    return f"{found[1]}\n{found[2]}" if before.startswith(("* ", "  ")) else f"{found[1]}\n\n{found[2]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    page = reference()
    if check and (not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page):
        sys.exit(f"{PAGE} is out of date; run python docs/reference.py")
    if not check:
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
