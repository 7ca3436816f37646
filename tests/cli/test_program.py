"""The program as a shell starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from chinese_deal_ie import __version__
from chinese_deal_ie.workers import BATCH

from .helpers import ARTICLE, run

COMMAND = [sys.executable, "-m", "chinese_deal_ie"]
# the program with the model of the tests: what only a real process shows (pipes, signals) needs no real model
WITH_FAKE = [
    *(sys.executable, "-c"),
    "from tests.cli.helpers import FakeExtractor; from chinese_deal_ie.cli import app, models; "
    "models.make_extractor = lambda model, backend=None, threads=None: FakeExtractor(); app()",
]
ROOT = Path(__file__).parents[2]


def test_version_and_help_load_nothing_heavy() -> None:
    code = (
        "import sys; from chinese_deal_ie.cli import app; app(['--help'], standalone_mode=False); "
        "heavy = {'spacy', 'onnxruntime', 'torch', 'numpy', 'opencc', 'transformers', 'rich'} & set(sys.modules); "
        "print('heavy:', *sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "extract" in done.stdout
    assert done.stdout.splitlines()[-1].strip() == "heavy:"


def test_module_and_version() -> None:
    done = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (f"chinese-deal-ie {__version__}\n", "")


@pytest.mark.parametrize(
    "command",
    [["extract"], ["evaluate"], ["benchmark"], ["corpus", "check"], ["corpus", "stats"], ["corpus", "convert"]],
)
def test_every_command_has_examples(command: list[str]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert f"  chinese-deal-ie {' '.join(command)} " in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_completion_is_on() -> None:
    assert "--install-completion" in run("--help").stdout


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    result = run("extract", "-", "--model", tmp_path, input=ARTICLE.encode())
    assert result.exit_code == 2
    assert result.stderr.startswith("error: cannot load the model")
    assert str(tmp_path) in result.stderr


def test_a_closed_pipe_is_silent(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(ARTICLE, encoding="utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*WITH_FAKE, "extract", str(tmp_path), "--format", "jsonl"], stdout=writer, stderr=subprocess.PIPE, cwd=ROOT
    )
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode in (1, 141)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_stops_cleanly(jobs: str, tmp_path: Path) -> None:
    for number in range(BATCH):
        (tmp_path / f"a{number}.txt").write_text(ARTICLE, encoding="utf-8")
    os.mkfifo(tmp_path / "b.txt")  # reading it blocks, as a slow document would
    process = subprocess.Popen(
        [*WITH_FAKE, "extract", str(tmp_path), "--format", "jsonl", "--jobs", jobs],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,
    )
    assert process.stdout is not None
    written = [process.stdout.readline() for _ in range(BATCH)]  # sent at once, before the next document
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: workers get it too
    rest, errors = process.communicate(timeout=60)
    assert all(len(json.loads(line)["deals"]) == 1 for line in written)
    assert (rest, errors, process.returncode) == (b"", b"", 130)


def test_output_is_utf_8_whatever_the_locale() -> None:
    environment = os.environ | {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [*WITH_FAKE, "extract", "-", "--format", "csv"],
        input=ARTICLE.encode(),
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=environment,
    )
    assert "常州市政府" in done.stdout.decode("utf-8")
    assert done.stderr == b""


@pytest.fixture
def model() -> None:
    if not files("chinese_deal_ie").joinpath("assets", "model").is_dir():
        pytest.skip("the packaged model is not here: chinese_deal_ie/assets/model")


@pytest.mark.slow
@pytest.mark.usefixtures("model")
def test_one_command_after_install_shows_a_deal() -> None:
    done = subprocess.run([*COMMAND, "extract", "--example"], capture_output=True, check=True)
    table = done.stdout.decode("utf-8")
    assert "changzhou.txt: " in table
    assert "百度" in table
    assert done.stderr == b""


@pytest.mark.slow
@pytest.mark.usefixtures("model")
def test_spans_of_the_packaged_model_are_those_of_the_raw_text(tmp_path: Path) -> None:
    text = files("chinese_deal_ie.examples").joinpath("changzhou.txt").read_text(encoding="utf-8")
    (tmp_path / "a.txt").write_bytes(text.encode("gb18030"))
    (tmp_path / "b.txt").write_bytes(b"")
    done = subprocess.run([*COMMAND, "extract", str(tmp_path), "--format", "jsonl"], capture_output=True)
    assert done.returncode == 1
    article, empty = map(json.loads, done.stdout.splitlines())
    assert article["id"] == "a.txt"
    assert article["mentions"]
    assert all(text[one["start"] : one["end"]] == one["text"] for one in article["mentions"])
    assert empty["warnings"]
