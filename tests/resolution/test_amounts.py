"""parse_amount on a table of expressions, on the gold values of the corpus, and on what hypothesis invents."""

from __future__ import annotations

import csv
import decimal
import re
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinese_deal_ie.resolution.amounts import common, parse_amount
from chinese_deal_ie.schema import MODIFIERS, Amount

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table: text, value, low, high, currency, modifier, per; no currency means no amount."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def wanted(row: dict[str, str]) -> Amount | None:
    if not row["currency"]:
        return None
    value, low, high = (Decimal(row[field]) if row[field] else None for field in ("value", "low", "high"))
    assert row["modifier"] in MODIFIERS
    return Amount(value, low, high, row["currency"], row["modifier"], row["per"] or None)


TABLE = rows("amounts_table.tsv")


@pytest.mark.parametrize("row", TABLE, ids=[row["text"] for row in TABLE])
def test_expression(row: dict[str, str]) -> None:
    assert parse_amount(row["text"]) == wanted(row)


def test_the_table_is_large_and_has_every_modifier() -> None:
    assert len(TABLE) >= 300
    assert {row["modifier"] for row in TABLE} - {""} == set(MODIFIERS)
    assert sum(not row["currency"] for row in TABLE) >= 30


@pytest.mark.parametrize("split", ["dev", "test"])
def test_corpus_gold(split: str) -> None:
    """Every AMT mention, its meaning decided by reading; ``context`` is the money of a page where 元 is not CNY."""
    gold = rows(f"amounts_{split}.tsv")
    wrong = [row["text"] for row in gold if parse_amount(row["text"], currency=row["context"] or None) != wanted(row)]
    assert len(gold) > 100
    assert len(wrong) <= len(gold) // 100, wrong


@pytest.mark.parametrize("split", ["dev", "test"])
def test_corpus_gold_matches_the_corpus(split: str) -> None:
    """The annotations stand at AMT mentions of the corpus, and at all of them."""
    documents = pytest.importorskip("chinese_deal_ie.corpus_io")
    folder = Path(__file__).parents[2] / "corpus" / split
    if not folder.is_dir():
        pytest.skip("the corpus is not part of an installed package")
    mentions = {
        (document.id, str(mention.start), str(mention.end), mention.text)
        for document in documents.read_corpus(folder)
        for mention in document.mentions
        if mention.label == "AMT"
    }
    assert {
        (row["document"], row["start"], row["end"], row["text"]) for row in rows(f"amounts_{split}.tsv")
    } == mentions


@pytest.mark.parametrize(
    ("text", "unit", "currency", "value", "code"),
    [
        ("10.00", Decimal(10**8), None, "1000000000", "CNY"),
        ("1,234.5", Decimal(10**4), None, "12345000", "CNY"),
        ("1,234.5", Decimal(10**4), "HKD", "12345000", "HKD"),
        ("5,000,000", None, "USD", "5000000", "USD"),
        ("5000", Decimal(1), None, "5000", "CNY"),
        ("约500", Decimal(10**4), None, "5000000", "CNY"),
        ("3亿", Decimal(10**4), None, "300000000", "CNY"),
        ("3亿元", Decimal(10**4), "HKD", "300000000", "HKD"),
        ("3亿美元", Decimal(10**4), "HKD", "300000000", "USD"),
        ("人民币3亿元", None, "TWD", "300000000", "CNY"),
        ("500元", Decimal(10**4), None, "500", "CNY"),
        ("12.5", Decimal("0.01"), None, "0.125", "CNY"),
        ("5亿卢比", None, "PKR", "500000000", "PKR"),
        ("¥30亿", None, "JPY", "3000000000", "JPY"),
    ],
)
def test_unit_and_currency_of_the_context(
    text: str, unit: Decimal | None, currency: str | None, value: str, code: str
) -> None:
    amount = parse_amount(text, unit=unit, currency=currency)
    assert amount is not None
    assert (amount.value, amount.currency) == (Decimal(value), code)


@pytest.mark.parametrize("text", ["30%", "3家", "500亩", "2015年", "-", "—", "/", "12-", "", "合计"])
def test_a_table_unit_makes_no_money_of_other_cells(text: str) -> None:
    assert parse_amount(text, unit=Decimal(10**4)) is None


def test_a_range_in_a_table() -> None:
    amount = parse_amount("10-20", unit=Decimal(10**8))
    assert amount == Amount(None, Decimal(10**9), Decimal(2 * 10**9), "CNY", "range")


@pytest.mark.parametrize("unit", [Decimal("NaN"), Decimal("Infinity")])
def test_a_unit_that_is_no_number_counts_as_none(unit: Decimal) -> None:
    assert parse_amount("10.00", unit=unit) is None


def test_figures_are_exact_in_any_decimal_context() -> None:
    with decimal.localcontext(prec=2):
        assert parse_amount("1,234,567,890.12元") == Amount(Decimal("1234567890.12"))
        assert parse_amount("12亿3456万7890元") == Amount(Decimal("1234567890"))
        assert parse_amount("123.45678", unit=Decimal(10**4)) == Amount(Decimal("1234567.8"))


def test_values_are_written_without_exponent() -> None:
    for text in ("1.5亿元", "3亿5千万元", "100万亿元", "0.10元", "１０亿元"):
        amount = parse_amount(text)
        assert amount is not None
        assert "E" not in str(amount.value)
        assert str(amount.value) == format(amount.value, "f")


DIGITS = "零一二三四五六七八九"
FORMAL = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
TRADITIONAL = str.maketrans("万亿两", "萬億兩")
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


def chinese(number: int) -> str:
    """A whole number below 10^16 in Chinese, by the rules of the schoolbook."""
    groups, rest = [], number
    while rest:
        groups.append(rest % 10000)
        rest //= 10000
    written = ""
    for power in reversed(range(len(groups))):
        group = groups[power]
        if not group:
            continue
        if written and (group < 1000 or groups[power + 1] == 0):
            written += "零"
        written += four_digits(group) + ("", "万", "亿", "万亿")[power]
    return written


def four_digits(group: int) -> str:
    written, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = group // unit % 10
        if digit:
            written += ("零" if gap and written else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return written


def mixed(number: int) -> str:
    """Arabic figures with Chinese units, and 零 wherever places are skipped: 3亿5000万零120."""
    parts: list[str] = []
    skipped = False
    for unit, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        figure, number = divmod(number, unit)
        if figure:
            parts.append(("零" if parts and (skipped or figure < 1000) else "") + str(figure) + name)
        skipped = not figure
    return "".join(parts)


def thousands(number: int) -> str:
    """Chinese units behind single Arabic digits: 3亿5千万, where the number has such a form; else ``mixed``."""
    high, low = divmod(number, 10**8)
    digit, rest = divmod(low, 10**7)
    return f"{high}亿{digit}千万" if high and digit and not rest else mixed(number)


def shifted(number: int, places: int) -> str:
    """``number`` over ten to the ``places``, without needless zeros."""
    return format(Decimal(number).scaleb(-places).normalize(decimal.Context(prec=40)), "f")


def spaced(text: str) -> str:
    """Spaces between figures and units, as web pages have them."""
    return re.sub(r"(?<=[0-9])(?=[万亿])|(?<=[万亿])(?=[0-9])", " ", text)


STYLES: dict[str, Callable[[int], str]] = {
    "digits": str,
    "commas": lambda number: f"{number:,}",
    "thousands spaces": lambda number: f"{number:,}".replace(",", " "),
    "in 千": lambda number: shifted(number, 3) + "千",
    "in 万": lambda number: shifted(number, 4) + "万",
    "in 万 with commas": lambda number: f"{number // 10**4:,}.{number % 10**4:04}万",
    "in 百万": lambda number: shifted(number, 6) + "百万",
    "in 千万": lambda number: shifted(number, 7) + "千万",
    "in 亿": lambda number: shifted(number, 8) + "亿",
    "in 个亿": lambda number: shifted(number, 8) + "个亿",
    "in 万亿": lambda number: shifted(number, 12) + "万亿",
    "in 兆": lambda number: shifted(number, 12) + "兆",
    "in 亿, full width": lambda number: (shifted(number, 8) + "亿").translate(FULL_WIDTH),
    "in 亿, traditional": lambda number: shifted(number, 8) + "億",
    "in 亿, spaced": lambda number: spaced(shifted(number, 8) + "亿"),
    "mixed": mixed,
    "mixed, spaced": lambda number: spaced(mixed(number)),
    "mixed with 千万": thousands,
    "mixed, traditional": lambda number: mixed(number).translate(TRADITIONAL),
    "mixed, full width": lambda number: mixed(number).translate(FULL_WIDTH),
    "Chinese": chinese,
    "Chinese, traditional": lambda number: chinese(number).translate(TRADITIONAL),
    "formal": lambda number: chinese(number).translate(FORMAL),
    "formal, traditional": lambda number: chinese(number).translate(FORMAL).translate(TRADITIONAL),
    "full width": lambda number: f"{number:,}".translate(FULL_WIDTH),
    "blanks around": lambda number: f" {number}\u3000",
    "a break of line": lambda number: f"{number}\n",
}
MONEY = {
    "{}元": "CNY", "{}圆整": "CNY", "{}元人民币": "CNY", "人民币{}元": "CNY", "RMB{}": "CNY", "¥{}": "CNY",
    "￥{}元": "CNY", "{}美元": "USD", "US${}": "USD", "USD {}": "USD", "{}港元": "HKD", "港币{}元": "HKD",
    "HK${}": "HKD", "{}歐元": "EUR", "€{}": "EUR", "{}日元": "JPY", "{}英镑": "GBP", "{}新币": "SGD",
    "{}元新台币": "TWD", "{}澳元": "AUD",
}  # fmt: skip


@settings(deadline=None, max_examples=1000)
@given(st.integers(1, 10**12 - 1), st.sampled_from(sorted(STYLES)), st.sampled_from(sorted(MONEY)))
def test_a_number_is_read_back_in_every_style(number: int, style: str, money: str) -> None:
    amount = parse_amount(money.format(STYLES[style](number)))
    assert amount == Amount(Decimal(number), None, None, MONEY[money])


@settings(deadline=None, max_examples=300)
@given(st.integers(1, 10**12 - 1), st.sampled_from(["千", "万", "亿"]), st.sampled_from(sorted(MONEY)))
def test_every_figure_is_multiplied_by_its_unit(number: int, unit: str, money: str) -> None:
    scale = {"千": 10**3, "万": 10**4, "亿": 10**8}[unit]
    amount = parse_amount(money.format(f"{number:,}{unit}"))
    assert amount == Amount(Decimal(number * scale), None, None, MONEY[money])


@settings(deadline=None)
@given(st.integers(1, 10**10), st.integers(1, 99), st.booleans())
def test_fen_are_read_back(yuan: int, fen: int, written: bool) -> None:
    change = (
        f"{fen // 10}角{fen % 10}分" if fen // 10 and fen % 10 else f"{fen // 10}角" if fen // 10 else f"零{fen % 10}分"
    )
    text = f"{yuan}元{change}" if written else f"{yuan}.{fen:02}元"
    assert parse_amount(text) == Amount(Decimal(f"{yuan}.{fen:02}".rstrip("0")))


@settings(deadline=None, max_examples=500)
@given(st.data())
def test_the_short_way_reads_as_the_full_grammar_does(data: st.DataObject) -> None:
    """A space in front keeps a text from the short way of ``read_common``."""
    pieces = [
        st.sampled_from(sorted(common._HEADS)),
        st.sampled_from(["5", "1,234", "3.25", "0.5", "12.345678", "007"]),
        st.sampled_from(["", "", "多", "余"]),
        st.sampled_from(sorted(common._UNITS)),
        st.sampled_from(sorted(common._TAILS)),
    ]
    text = "".join(map(data.draw, pieces))
    currency = data.draw(st.sampled_from([None, "HKD"]))
    short = common.read_common(text, currency)
    assert short is None or short == parse_amount(" " + text, currency=currency)


WORDS = {
    "约{}": "approximately", "{}左右": "approximately", "不低于{}": "at_least", "至少{}": "at_least",
    "{}以上": "at_least", "不超过{}": "at_most", "{}以下": "at_most", "{}以内": "at_most",
    "超{}": "over", "逾{}": "over", "突破{}": "over",
    "近{}": "nearly", "将近{}": "nearly", "达{}": "exact", "总计{}": "exact",
}  # fmt: skip


@settings(deadline=None)
@given(st.integers(1, 10**7), st.sampled_from(sorted(WORDS)), st.sampled_from(["亿元", "万元", "亿美元", "亿元人民币"]))
def test_modifiers_set_the_bounds_of_their_direction(number: int, word: str, unit: str) -> None:
    amount = parse_amount(word.format(f"{number}{unit}"))
    value = Decimal(number * (10**8 if "亿" in unit else 10**4))
    modifier = WORDS[word]
    assert amount is not None
    assert (amount.value, amount.modifier) == (value, modifier)
    assert amount.low == (value if modifier in ("at_least", "over") else None)
    assert amount.high == (value if modifier in ("at_most", "nearly") else None)


@settings(deadline=None)
@given(
    st.integers(1, 10**6),
    st.integers(1, 10**6),
    st.sampled_from(["-", "—", "——", "～", "~", "至", "到"]),
    st.sampled_from(["亿元", "万元", "亿", "亿美元"]),
    st.booleans(),
)
def test_ranges(low: int, more: int, separator: str, unit: str, repeated: bool) -> None:
    amount = parse_amount(f"{low}{unit if repeated else ''}{separator}{low + more}{unit}")
    scale = 10**8 if "亿" in unit else 10**4
    assert amount is not None
    assert (amount.value, amount.modifier) == (None, "range")
    assert (amount.low, amount.high) == (Decimal(low * scale), Decimal((low + more) * scale))


ALPHABET = (
    "0123456789.,-—~至到零一二三十百千万亿兆两几数多余来个半廿点元角分整约近超不低于过以上下左右级年每/人民币美港"
    "($¥%)（） ?？\n亩家壹佰ｎ１　"
)


@settings(deadline=None)
@given(st.text(st.sampled_from(ALPHABET), max_size=40) | st.text(max_size=40))
def test_nothing_raises_and_every_amount_keeps_the_contract(text: str) -> None:
    for unit in (None, Decimal(10**4)):
        amount = parse_amount(text, unit=unit)
        if amount is None:
            continue
        figures = [figure for figure in (amount.value, amount.low, amount.high) if figure is not None]
        assert figures
        assert all(figure.is_finite() and figure >= 0 for figure in figures)
        assert (amount.value is None) == (amount.modifier in ("range", "order_of_magnitude"))
        assert (amount.low is not None) == (amount.modifier in ("range", "order_of_magnitude", "at_least", "over"))
        assert (amount.high is not None) == (amount.modifier in ("range", "at_most", "nearly"))
        if amount.modifier == "range":
            assert figures[0] < figures[1]


@settings(deadline=None)
@given(st.text(st.sampled_from(ALPHABET), max_size=25))
def test_white_space_round_an_amount_changes_nothing(text: str) -> None:
    assert parse_amount(f"\u3000{text} \n") == parse_amount(text.strip())


@pytest.mark.parametrize(
    "piece",
    ["1", "一", "亿", "约", "人民币", "1-", "5多", "(", "(单位:", " 1", "1.", "1,", "超5亿", "两三", "- ", "a", "5年",
     "234 ", "不超过", "上", "5亿元或", "十", "个", "零", "5亿元(含),不超过"],
)  # fmt: skip
def test_long_strings_take_linear_time(piece: str) -> None:
    """A string of 200,000 characters; a quadratic reader would need hours, and a linear one needs about a second."""
    started = time.process_time()
    parse_amount(piece * (200_000 // len(piece)))
    assert time.process_time() - started < 10


def test_a_million_digits() -> None:
    started = time.process_time()
    assert parse_amount("9" * 10**6) is None
    assert parse_amount("9" * 10**6 + "亿元") is None
    assert parse_amount("0." + "9" * 10**6 + "亿元") is None
    assert time.process_time() - started < 10


def test_rate_of_short_amounts() -> None:
    """Measured: 50,000 to 60,000 of the table and 200,000 of the corpus; half and less here, so that a busy machine
    passes."""
    for name, least in (("amounts_table.tsv", 20_000), ("amounts_dev.tsv", 50_000)):
        texts = [row["text"] for row in rows(name)]
        rates = []
        for _ in range(5):
            started = time.process_time()
            for text in texts:
                parse_amount(text)
            rates.append(len(texts) / (time.process_time() - started))
        assert max(rates) > least
