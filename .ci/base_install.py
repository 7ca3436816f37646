"""The base install must stay small and light: checked in the environment of the README's example command."""

import subprocess
import sys
import sysconfig
from pathlib import Path

site = Path(sysconfig.get_path("purelib"))
size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
print(f"site-packages: {size / 1e6:.0f} MB")
assert size < 600_000_000, "the base install has grown beyond 600 MB"

loaded = subprocess.run(
    [sys.executable, "-c", "import sys, chinese_deal_ie; print(*sorted(sys.modules))"],
    check=True,
    capture_output=True,
    text=True,
).stdout.split()
heavy = {"torch", "transformers", "spacy", "onnxruntime"} & set(loaded)
assert not heavy, f"import chinese_deal_ie loads {heavy}"
for absent in ("torch", "transformers", "datasets"):
    assert not (site / absent).exists(), f"the base install brings {absent}"
