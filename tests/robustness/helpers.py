"""The measuring programs of ``benchmarks``, which are no package, as modules."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]


@cache
def program(folder: str, name: str) -> ModuleType:
    """``benchmarks/FOLDER/NAME.py``; it may import its neighbours."""
    path = ROOT / "benchmarks" / folder / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name if name != "__main__" else f"{folder}_main", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
    return module
