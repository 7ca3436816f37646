from __future__ import annotations

import csv
import io
import json
import os
import signal
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from chinese_deal_ie.cli import inputs
from chinese_deal_ie.cli.extract import run as run_readings
from chinese_deal_ie.cli.formats import COLUMNS, guarded
from chinese_deal_ie.cli.inputs import Reading
from chinese_deal_ie.cli.resume import undivided
from chinese_deal_ie.schema import Amount, Extraction
from chinese_deal_ie.workers import FORKS

from .helpers import ARTICLE, CRASH, TWO_COMPANIES, FakeExtractor, run

pytestmark = pytest.mark.usefixtures("fake")


forked = pytest.mark.skipif(not FORKS, reason="stand-ins for the model reach workers by fork only")


def save(path: Path, content: str | bytes = ARTICLE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def lines(*arguments: str | Path, input: bytes | None = None, code: int = 0) -> list[dict[str, object]]:
    result = run("extract", "--format", "jsonl", *arguments, input=input)
    assert result.exit_code == code, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def rows(*arguments: str | Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run("extract", "--format", "csv", *arguments).stdout)))


def test_json_lines_are_those_of_the_contract(tmp_path: Path) -> None:
    file = save(tmp_path / "000.txt")
    (line,) = lines(file)
    assert line["id"] == str(file)
    assert list(line) == ["id", "deals", "mentions", "warnings"]
    (deal,) = line["deals"]
    assert deal["government"] == [
        {"name": "常州市政府", "mentions": [{"start": 7, "end": 12, "text": "常州市政府"}], "aliases": [],
         "code": "320400", "score": 0.98}
    ]  # fmt: skip
    assert deal["amount"][0]["value"] == 5_000_000_000
    assert deal["location"][0]["county"] == "钟楼区"
    assert deal["project"] == []
    assert all(ARTICLE[one["start"] : one["end"]] == one["text"] for one in line["mentions"])
    assert line["warnings"] == []


def test_folders_are_searched_in_natural_order_with_ids_from_the_folder(tmp_path: Path) -> None:
    names = ["2.txt", "10.txt", "sub/b.HTM", "sub/a.html", ".hidden.txt", ".git/x.txt", "readme.md"]
    for name in names:
        save(tmp_path / name, ARTICLE if name.endswith("txt") else f"<html><body><p>{ARTICLE}</p></body></html>")
    assert [line["id"] for line in lines(tmp_path)] == ["2.txt", "10.txt", "sub/a.html", "sub/b.HTM"]


def test_equal_names_in_two_folders_get_different_ids(tmp_path: Path) -> None:
    first, second = save(tmp_path / "a/1.txt"), save(tmp_path / "b/1.txt")
    save(tmp_path / "b/2.txt")
    assert [line["id"] for line in lines(tmp_path / "a", tmp_path / "b")] == [str(first), str(second), "2.txt"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_stdin_in_any_encoding(encoding: str) -> None:
    (line,) = lines("-", input=ARTICLE.encode(encoding))
    assert line["id"] == "-"
    assert len(line["deals"]) == 1


def test_html_on_stdin() -> None:
    pytest.importorskip("trafilatura", reason="needs the extra html")
    (line,) = lines("-", input=f"<!DOCTYPE html><html><body><p>{ARTICLE}</p></body></html>".encode())
    assert line["mentions"][0]["text"] == "百度公司"


BAD: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "empty.txt": (b"", ("empty", "0 bytes")),
    "blank.txt": (" \n\u3000\u200b".encode(), ("empty", "blanks")),
    "binary.txt": (b"text\0\1\2", ("NUL at byte 4", "give plain text")),
    "document.pdf": (b"%PDF-1.7 ...", ("PDF", "byte 0")),
    "line.txt": (b"a" * 5_000_000, ("5,000,000 characters",)),
    "wrong.txt": (("Привет мир, это документ. " * 5).encode("cp1251"), ("decoded as", "UTF-8")),
    "cut.txt": (f"{ARTICLE * 9}\n".encode() + b"\xe5\xb8\n" + ARTICLE.encode(), ("lost", "line 2", "UTF-8")),
    "surrogate.txt": (f"{ARTICLE * 9}\n".encode() + b"\xed\xa0\x80", ("lost", "line 2", "UTF-8")),
    "marks.txt": (("好" + "\u0301" * 10_000).encode(), ("10,000 combining marks", "character 1 (line 1)")),
    "blank.html": (b"<html><body></body></html>", ("empty", "no text")),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_and_the_rest_is_written(name: str, tmp_path: Path) -> None:
    content, words = BAD[name]
    before, bad, after = save(tmp_path / "1.txt"), save(tmp_path / name, content), save(tmp_path / "3.txt")
    result = run("extract", "--format", "jsonl", before, bad, after)
    assert result.exit_code == 1
    first, failed, last = map(json.loads, result.stdout.splitlines())
    assert len(first["deals"]) == len(last["deals"]) == 1
    assert failed["id"] == str(bad)
    (warning,) = failed["warnings"]
    (message,) = result.stderr.splitlines()
    assert str(bad) in message
    assert all(word in warning and word in message for word in words)
    if warning.startswith("failed: "):
        assert failed["deals"] == []
        assert message.startswith("error: ")


def test_a_text_with_a_few_lost_characters_is_read_all_the_same(tmp_path: Path) -> None:
    (line,) = lines(save(tmp_path / "cut.txt", BAD["cut.txt"][0]), code=1)
    assert len(line["deals"]) == 1


def test_unreadable_files_and_folders_without_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere")
    save(tmp_path / "good.txt")
    (tmp_path / "empty").mkdir()
    result = run("extract", "--format", "jsonl", tmp_path, tmp_path / "empty")
    assert result.exit_code == 1
    broken, good = map(json.loads, result.stdout.splitlines())
    assert broken["warnings"] == ["failed: cannot be read: No such file or directory"]
    assert good["deals"]
    assert "empty: nothing to read in this folder" in result.stderr


def test_huge_input_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "LARGEST", 1 << 20)
    (line,) = lines("-", input=b"a" * ((1 << 20) + 1), code=1)
    assert "more than 1 MiB" in str(line["warnings"])


def test_a_page_that_breaks_its_parser_does_not_end_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(html: str) -> str:
        raise RecursionError("too deep")

    monkeypatch.setattr("chinese_deal_ie.reading.html_to_text", fail)
    page, text = lines(save(tmp_path / "a.html", "<p>"), save(tmp_path / "b.txt"), code=1)
    assert "RecursionError: too deep" in str(page["warnings"])
    assert text["deals"]


def test_a_document_that_the_model_fails_on(tmp_path: Path) -> None:
    crash, good = lines(save(tmp_path / "a.txt", CRASH), save(tmp_path / "b.txt"), code=1)
    assert crash["warnings"] == ["failed: RuntimeError: network on fire"]
    assert crash["deals"] == []
    assert good["deals"]


def test_published_reaches_the_extractor_and_one_failure_ends_nothing(tmp_path: Path, fake: FakeExtractor) -> None:
    found = lines("--published", "2015-11-25", save(tmp_path / "a.txt", CRASH), save(tmp_path / "b.txt"), code=1)
    assert fake.published == [date(2015, 11, 25)] * 2
    assert [bool(line["deals"]) for line in found] == [False, True]
    assert "network on fire" in str(found[0]["warnings"])


def test_results_keep_the_order_of_inputs_whatever_the_batches() -> None:
    class Batches(FakeExtractor):
        def extract_many(self, items: object, *, batch_size: int = 2) -> Iterator[Extraction]:
            yield from super().extract_many(list(items))  # type: ignore[call-overload]

    readings = [
        Reading(str(number), None if number % 3 else "字", ("failed: x",) * (number % 3 > 0)) for number in range(9)
    ]
    found = list(run_readings(Batches(), readings))
    assert [one.id for one, _ in found] == [reading.id for reading in readings]
    assert [sound for _, sound in found] == [reading.text is not None for reading in readings]


def test_inputs_are_read_as_results_are_taken() -> None:
    taken: list[int] = []

    def readings() -> Iterator[Reading]:
        for number in range(100):
            taken.append(number)
            yield Reading(str(number), "字")

    next(run_readings(FakeExtractor(), readings()))
    assert len(taken) == 1


def test_csv_has_a_row_for_every_tuple(tmp_path: Path) -> None:
    first, second, third = rows(save(tmp_path / "a.txt"), save(tmp_path / "b.txt", TWO_COMPANIES))
    assert list(first) == list(COLUMNS)
    assert list(first.values()) == [
        str(tmp_path / "a.txt"), "常州市政府", "320400", "百度公司",
        "约50亿元", "5000000000", "", "", "CNY", "approximately", "deal",
        "钟楼经济开发区", "320404", "江苏省", "常州市", "钟楼区", "2015-11-24", "", "investment", "signed", "0.9300",
    ]  # fmt: skip
    assert [second["company"], third["company"]] == ["百度公司", "京东公司"]
    assert [second[key] for key in ("amount_text", "currency", "location", "date")] == [""] * 4


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (Amount(Decimal("350000000"), Decimal("350000000"), modifier="at_least"), "≥ 350,000,000 CNY"),
        (Amount(Decimal("1.5"), currency="USD", per="year"), "1.5 USD/year"),
        (Amount(None, Decimal(20), Decimal(30), modifier="range"), "20 – 30 CNY"),
        (Amount(None, Decimal("1E10"), modifier="order_of_magnitude"), "order of 10,000,000,000 CNY"),
        (Amount(None, high=Decimal(7), modifier="at_most"), "≤ 7 CNY"),
        (None, "约50亿元"),
    ],
)
def test_amounts_of_the_table(amount: Amount | None, shown: str, fake: FakeExtractor) -> None:
    fake.amount = amount
    table = run("extract", "-", input=ARTICLE.encode()).stdout
    assert f" {shown} " in table
    assert ("CNY" in table or "USD" in table) == (amount is not None)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_cells_are_no_formulas(start: str, fake: FakeExtractor) -> None:
    fake.name = f'{start}cmd|"/c calc"!A0'
    result = run("extract", "-", "--format", "csv", input=f"签约方是{fake.name}。".encode())
    (row,) = csv.DictReader(io.StringIO(result.stdout, newline=""))
    assert row["company"] == "'" + fake.name
    assert guarded(f"公司{start}") == f"公司{start}"


def test_stdin_named_by_a_dash_is_guarded_too() -> None:
    (row,) = csv.DictReader(io.StringIO(run("extract", "-", "--format", "csv", input=ARTICLE.encode()).stdout))
    assert row["id"] == "'-"


def test_table(tmp_path: Path) -> None:
    result = run("extract", save(tmp_path / "a.txt"), save(tmp_path / "b.txt", "今天天气好。"))
    assert result.exit_code == 0
    for word in (
        "a.txt: 1 deal",
        "常州市政府",
        "百度公司",
        "≈ 5,000,000,000 CNY",
        "江苏省常州市钟楼区",
        "2015-11-24",
        "0.93",
    ):
        assert word in result.stdout
    assert "b.txt: no deals" in result.stdout
    assert "\x1b" not in result.stdout
    assert all(line == line.rstrip() for line in result.stdout.splitlines())
    assert result.stderr == ""


def test_tables_carry_no_terminal_escapes_and_no_markup(fake: FakeExtractor, tmp_path: Path) -> None:
    fake.name = "\x1b[31m[red]百\u202e度\x9b2J" + "\u0301" * 500
    result = run("extract", save(tmp_path / "\x1b]0;title\x07.txt", f"签约方是{fake.name}。"))
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(result.output)
    assert "\\x1b[31m[red]百\\u202e度\\x9b2J" in result.stdout
    assert result.stdout.count("\u0301") < 200


def test_json_is_safe_on_terminals_and_one_line_a_document(fake: FakeExtractor) -> None:
    fake.name = "百\u2028度\x9b\x7f公\x85司"
    result = run("extract", "-", "--format", "jsonl", input=f"签约方是{fake.name}。".encode())
    assert not {"\u2028", "\x9b", "\x7f", "\x85"} & set(result.stdout)
    assert json.loads(result.stdout)["mentions"][0]["text"] == fake.name


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="file names are Unicode here")
@pytest.mark.parametrize("format", ["jsonl", "csv", "table"])
def test_file_names_that_are_not_unicode(format: str, tmp_path: Path) -> None:
    name = os.fsdecode(b"\xb0\xa1\xb0\xae.txt")
    save(tmp_path / name)
    save(tmp_path / os.fsdecode(b"\xff.txt"), "")
    result = run("extract", tmp_path, "--format", format)
    assert result.exit_code == 1
    assert "\\udcff.txt" in result.stderr
    assert "\\udcb0\\udca1" in result.stdout
    if format == "jsonl":
        assert json.loads(result.stdout.splitlines()[0])["id"] == name


def test_output_file(tmp_path: Path) -> None:
    target = tmp_path / "deals.jsonl"
    target.write_text("old")
    target.chmod(0o640)
    result = run("extract", save(tmp_path / "a.txt"), "--format", "jsonl", "--output", target)
    assert result.stdout == ""
    assert "1 documents, 1 deals" in result.stderr
    assert json.loads(target.read_text(encoding="utf-8"))["deals"]
    assert target.stat().st_mode & 0o777 == 0o640
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.txt", "deals.jsonl"]


def test_quiet_tells_errors_only(tmp_path: Path) -> None:
    files = save(tmp_path / "cut.txt", BAD["cut.txt"][0]), save(tmp_path / "empty.txt", b"")
    result = run("extract", *files, "--quiet", "--output", tmp_path / "out.txt")
    assert result.exit_code == 1
    (message,) = result.stderr.splitlines()
    assert "empty.txt" in message


class Interrupting(FakeExtractor):
    def extract(self, text: str, *, id: str = "", published: date | None = None) -> Extraction:
        if "停" in text:
            raise KeyboardInterrupt
        return super().extract(text, id=id)


class Dying(FakeExtractor):
    """The process ends the hard way."""

    def extract(self, text: str, *, id: str = "", published: date | None = None) -> Extraction:
        if "死" in text:
            os._exit(9)
        return super().extract(text, id=id)


@pytest.fixture
def interrupted(fake: FakeExtractor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chinese_deal_ie.cli.models.make_extractor", lambda model, backend, threads: Interrupting())


@pytest.mark.usefixtures("interrupted")
def test_interruption_keeps_what_was_done(tmp_path: Path) -> None:
    files = save(tmp_path / "a.txt"), save(tmp_path / "b.txt", "停")
    target = save(tmp_path / "out.jsonl", "old")
    result = run("extract", *files, "--format", "jsonl")
    assert result.exit_code == 130
    assert len(result.stdout.splitlines()) == 1
    result = run("extract", *files, "--format", "jsonl", "--output", target)
    assert result.exit_code == 130
    assert target.read_text() == "old"
    assert json.loads((tmp_path / "out.jsonl.partial").read_text(encoding="utf-8"))["deals"]
    assert "out.jsonl.partial" in result.stderr
    assert len(list(tmp_path.iterdir())) == 4


RESUMED = "--format", "jsonl", "--resume", "--output"


def ids(file: Path) -> list[str]:
    return [json.loads(line)["id"] for line in file.read_text(encoding="utf-8").splitlines()]


def news(folder: Path, *contents: str) -> list[str]:
    for number, content in enumerate(contents):
        save(folder / f"{number}.txt", content)
    return [f"{number}.txt" for number in range(len(contents))]


def test_a_run_is_gone_on_with_and_half_a_line_is_dropped(tmp_path: Path, fake: FakeExtractor) -> None:
    names = news(tmp_path / "news", ARTICLE, CRASH, ARTICLE, TWO_COMPANIES, ARTICLE)
    target = tmp_path / "deals.jsonl"
    assert run("extract", tmp_path / "news", *RESUMED, target).exit_code == 1
    whole = target.read_bytes()
    assert ids(target) == names
    starts = [0, *(place + 1 for place, byte in enumerate(whole) if byte == ord("\n"))]
    for cut in (*starts, starts[1] + 1, starts[2] - 1, starts[3] + 30, len(whole) - 1):
        target.write_bytes(whole[:cut])
        fake.published.clear()
        result = run("extract", tmp_path / "news", *RESUMED, target)
        assert target.read_bytes() == whole
        kept = sum(start <= cut for start in starts) - 1
        assert len(fake.published) == len(names) - kept  # nothing is read twice
        assert f"{len(names) - kept} documents ({kept} were there)" in result.stderr


def test_a_document_that_is_given_twice_is_done_twice(tmp_path: Path) -> None:
    file, target = save(tmp_path / "a.txt"), tmp_path / "deals.jsonl"
    run("extract", file, *RESUMED, target)
    for _ in range(2):
        run("extract", file, file, *RESUMED, target)
        assert ids(target) == [str(file)] * 2


@pytest.mark.usefixtures("interrupted")
def test_an_interrupted_run_is_gone_on_with(tmp_path: Path) -> None:
    names = news(tmp_path / "news", ARTICLE, ARTICLE, "停", ARTICLE)
    target = tmp_path / "deals.jsonl"
    assert run("extract", tmp_path / "news", "--format", "jsonl", "--output", target).exit_code == 130
    assert not target.exists()
    assert run("extract", tmp_path / "news", *RESUMED, target).exit_code == 130  # it takes over the partial file
    assert ids(target) == names[:2]
    save(tmp_path / "news" / names[2])
    assert run("extract", tmp_path / "news", *RESUMED, target).exit_code == 0
    assert ids(target) == names
    assert sorted(file.name for file in tmp_path.iterdir()) == ["deals.jsonl", "news"]


def test_what_cannot_be_gone_on_with_stays_as_it_is(tmp_path: Path) -> None:
    file, target = save(tmp_path / "a.txt"), tmp_path / "deals.jsonl"
    for content in ('{"id": "a"}\n', "id,government\n", "[]\nhalf"):
        target.write_text(content, encoding="utf-8")
        result = run("extract", file, *RESUMED, target)
        assert result.exit_code == 2
        assert "line 1 of" in " ".join(result.stderr.split())
        assert target.read_text(encoding="utf-8") == content
    save(tmp_path / "deals.jsonl.partial", "")
    result = run("extract", file, *RESUMED, target)
    assert (result.exit_code, "deals.jsonl.partial; remove the one" in " ".join(result.stderr.split())) == (2, True)


@forked
def test_processes_give_what_one_gives(tmp_path: Path) -> None:
    news(tmp_path / "news", *(CRASH if number % 7 == 3 else ARTICLE * number for number in range(30)))
    save(tmp_path / "news" / "bad.txt", b"text\0\1")
    arguments = tmp_path / "news", "-", "--published", "2015-11-25", "--format", "jsonl"
    one, two = (run("extract", *arguments, *jobs, input=ARTICLE.encode()) for jobs in ((), ("--jobs", "2")))
    assert one.exit_code == two.exit_code == 1
    assert len(one.stdout.splitlines()) == 32
    assert one.stdout == two.stdout
    assert one.stderr == two.stderr


@forked
def test_a_document_that_ends_processes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chinese_deal_ie.cli.models.make_extractor", lambda model, backend, threads: Dying())
    names = news(tmp_path, ARTICLE, "死", ARTICLE)
    found = lines(tmp_path, "--jobs", "2", code=1)
    assert [line["id"] for line in found] == names
    assert [bool(line["deals"]) for line in found] == [True, False, True]
    assert "died" in str(found[1]["warnings"])


@pytest.mark.usefixtures("interruptible")
def test_a_line_is_written_whole_or_not_at_all() -> None:
    written: list[str] = []

    def write(times: int) -> None:
        with undivided():
            written.append("half")
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)
            written.append("whole")

    with pytest.raises(KeyboardInterrupt):
        write(times=1)
    assert written == ["half", "whole"]
    with pytest.raises(KeyboardInterrupt):  # who asks twice does not want to wait
        write(times=2)
    assert written == ["half", "whole", "half"]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_defect_leaves_no_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chinese_deal_ie.cli.extract._tell", lambda messages, extraction: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        run("extract", save(tmp_path / "a.txt"), "--output", tmp_path / "out.txt")
    assert [file.name for file in tmp_path.iterdir()] == ["a.txt"]


def test_full_disk(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    result = run("extract", save(tmp_path / "a.txt"), "--output", "/dev/full")
    assert result.exit_code == 1
    assert "cannot write results" in result.stderr
    assert "No space left" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "give files, folders or -"),
        (["--example", "a.txt"], "or --example"),
        (["nowhere.txt"], "no file or folder nowhere.txt"),
        (["https://example.org/a.html"], "save the page first"),
        (["-", "--format", "xml"], "xml"),
        (["-", "--model", "nowhere"], "nowhere"),
        (["-", "--published", "gestern"], "gestern"),
        (["-", "--output", "nowhere/out.txt"], "no folder"),
        (["-", "--output", "."], "a folder with files in it"),
        (["a.txt", "--resume"], "--resume needs --output"),
        (["a.txt", "--resume", "--output", "x.csv", "--format", "csv"], "--format jsonl"),
        (["a.txt", "--jobs", "0"], "--jobs"),
        (["\x1b[31m.txt"], "\\x1b[31m.txt"),
    ],
)
def test_wrong_usage(arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "a.txt")
    result = run("extract", *arguments)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_the_example_is_shipped() -> None:
    result = run("extract", "--example", "--format", "jsonl")
    line = json.loads(result.stdout)
    assert line["id"] == "changzhou.txt"
    assert line["deals"][0]["amount"][0]["text"] == "约50亿元"
