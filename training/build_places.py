"""Build the shipped table of administrative divisions from public sources, and check the hand-kept tables beside it.

    python training/build_places.py --divisions admin_divisions.tsv.gz --changes admin_changes.jionlp.txt.gz \
        --towns dist/streets.csv

Writes ``divisions.tsv`` (code, name, short names), ``former.tsv`` (old name, code), ``towns.tsv.gz`` (code, names of
its towns) and ``traditional.txt`` (two lines: traditional characters and their simplified forms) into
``chinese_deal_ie/resolution/assets``. ``aliases.tsv`` (nicknames, one-character forms, older names, regions) and
``zones.tsv`` there are written by hand (facts only) and only checked: every code must be a division of the table.

Sources: the table of the National Bureau of Statistics of 2023-06-30 (modood/Administrative-divisions-of-China), Taiwan
and the list of changes from JioNLP (Apache-2.0). Differences from the sources, each on purpose:

* rows that the statistics bureau uses but GB/T 2260 does not (zones with codes like 320571, 市辖区, 省直辖) are left
  out; zones are found through ``zones.tsv``, municipalities and their districts stand directly under the province code;
* 三沙市 has the districts 460302 and 460303 that it was given in 2020; 嘉峪关市 has no county of its own name;
* 苗粟县 is a slip for 苗栗县; 玉环区, 凤翔市 and 云岗区 are slips of the list of changes for 玉环市, 凤翔区 and 云冈区.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
from pathlib import Path

import opencc

ASSETS = Path(__file__).resolve().parent.parent / "chinese_deal_ie" / "resolution" / "assets"
NOT_DIVISIONS = {"620201", "460321", "460322", "460323", "632857", "710700"}
ADDED = {"460302": "西沙区", "460303": "南沙区"}
CORRECTED = {"710705": ("苗栗县", "")}
# What the list of changes calls by a suffix that the division never had.
RENAMED = {"玉环区": "玉环市", "凤翔市": "凤翔区", "云岗区": "云冈区"}
SUFFIX = re.compile(r"(特别行政区|自治区|自治州|自治县|自治旗|林区|新区|矿区|地区|省|市|区|县|旗|盟)$")
TOWN = re.compile(r".{1,12}?(?:镇|乡|街道|街道办事处|苏木)")
PEOPLES = re.compile(
    r"(?<=..)(?:满族|蒙古族?|回族|朝鲜族|壮族|苗族|瑶族|侗族|土家族|黎族|畲族|羌族|藏族|彝族|布依族|水族|仡佬族|傣族"
    r"|哈尼族|拉祜族|佤族|布朗族|景颇族|傈僳族|怒族|独龙族|白族|普米族|纳西族|裕固族|东乡族|保安族|撒拉族|土族|哈萨克族?"
    r"|柯尔克孜|塔吉克|锡伯|维吾尔|毛南族|仫佬族|达斡尔族|鄂温克族|各族)+$"
)


def is_division(row: dict[str, str]) -> bool:
    """Whether the row is a division of GB/T 2260 (and not a zone or a heading of the statistics bureau)."""
    code, name = row["code"], row["name"]
    mainland = code < "700000"
    zone = mainland and code[4] in "67" and code[4:] != "00" and code[2:4] != "90" and row["level"] == "3"
    return not (zone or code in NOT_DIVISIONS or name in ("市辖区", "县") or "直辖" in name)


def short_names(name: str, listed: str) -> list[str]:
    """The names without suffix or peoples: 恩施, 恩施州; 三江, 三江县; at least two characters, never the full name."""
    found = [part for part in listed.split("/") if len(part) > 1]
    base = SUFFIX.sub("", name)
    suffix = name[len(base) :]
    base = PEOPLES.sub("", base)
    if suffix in ("自治州", "自治县", "自治旗"):
        found.append(base + suffix[-1])
    if suffix != "矿区":
        found.append(base)
    return [short for short in dict.fromkeys(found) if len(short) > 1 and short != name]


def read_divisions(path: Path) -> list[tuple[str, str, list[str]]]:
    """Code, name and short names of every division, by code."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream, delimiter="\t") if is_division(row)]
    table = {row["code"]: (row["name"], row["short_name"]) for row in rows} | CORRECTED
    table |= {code: (name, "") for code, name in ADDED.items()}
    provinces = {SUFFIX.sub("", name) for code, (name, _) in table.items() if code.endswith("0000")}
    result = []
    for code, (name, listed) in sorted(table.items()):
        shorts = short_names(name, listed)
        if not code.endswith("0000"):
            # 河北区, 吉林市, 海南州: the bare form is the province.
            shorts = [short for short in shorts if short not in provinces]
        result.append((code, name, shorts))
    return result


def read_former(path: Path, divisions: list[tuple[str, str, list[str]]]) -> list[tuple[str, str]]:
    """Old name and present code for every change whose result is in the table."""
    provinces = {name: code for code, name, _ in divisions if code.endswith("0000")}
    found: dict[tuple[str, str], None] = {}
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            before, _, after = line.rstrip("\n").partition("=>")
            old, new = before.split("\t")[2:], after.split("\t")
            if len(old) < 4 or len(new) < 2:
                continue
            target = RENAMED.get(new[-1], new[-1])
            codes = [code for code, name, _ in divisions if name == target and code[:2] == provinces[new[0]][:2]]
            if len(codes) != 1:
                print(f"left out: {line.strip()}")
                continue
            for name in old[-2:]:
                if len(name) > 1 and name != target and name not in next(d for d in divisions if d[0] == codes[0])[2]:
                    found[name, codes[0]] = None
    return sorted(found, key=lambda pair: (pair[1], pair[0]))


def read_towns(path: Path, codes: set[str]) -> list[tuple[str, list[str]]]:
    """The names of the towns, townships and subdistricts of every division; those of a zone go to its city."""
    found: dict[str, list[str]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            code = row["areaCode"] if row["areaCode"] in codes else row["cityCode"] + "00"
            if code in codes and TOWN.fullmatch(row["name"]):
                found.setdefault(code, []).append(row["name"])
    return [(code, list(dict.fromkeys(names))) for code, names in sorted(found.items())]


def traditional_pairs(kept: set[str]) -> tuple[str, str]:
    """Characters whose simplified form differs; those of ``kept`` (simplified place names: 乾县) stay as they are."""
    convert = opencc.OpenCC("t2s").convert
    pairs = [(chr(point), convert(chr(point))) for point in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    pairs = [(old, new) for old, new in pairs if old != new and len(new) == 1 and old not in kept]
    return "".join(old for old, _ in pairs), "".join(new for _, new in pairs)


def check_codes(name: str, codes: set[str]) -> None:
    """Every code of a hand-kept table must be in the table of divisions."""
    with (ASSETS / name).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream, delimiter="\t"))[1:]
    seen: set[str] = set()
    for row in rows:
        if row[0] in seen:
            raise SystemExit(f"{name}: {row[0]} twice")
        seen.add(row[0])
        for code in row[1].split("|"):
            if code != "-" and code not in codes:
                raise SystemExit(f"{name}: {row[0]} has the unknown code {code}")
    print(f"{name}: {len(rows)} rows checked")


def main() -> None:
    """Read the sources, write the three files, check the two others."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--divisions", type=Path, required=True)
    parser.add_argument("--changes", type=Path, required=True)
    parser.add_argument("--towns", type=Path, required=True)
    arguments = parser.parse_args()
    divisions = read_divisions(arguments.divisions)
    former = read_former(arguments.changes, divisions)
    rows = [f"{code}\t{name}\t{'|'.join(shorts)}" for code, name, shorts in divisions]
    (ASSETS / "divisions.tsv").write_text("\n".join(["code\tname\tshort", *rows]) + "\n", encoding="utf-8")
    rows = [f"{name}\t{code}" for name, code in former]
    (ASSETS / "former.tsv").write_text("\n".join(["name\tcode", *rows]) + "\n", encoding="utf-8")
    kept = {char for _, name, _ in divisions for char in name}
    (ASSETS / "traditional.txt").write_text("\n".join(traditional_pairs(kept)) + "\n", encoding="utf-8")
    codes = {code for code, _, _ in divisions}
    towns = read_towns(arguments.towns, codes)
    text = "\n".join(f"{code}\t{'|'.join(names)}" for code, names in towns) + "\n"
    (ASSETS / "towns.tsv.gz").write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))
    print(f"{len(divisions)} divisions, {len(former)} former names")
    for name in ("aliases.tsv", "zones.tsv"):
        check_codes(name, codes)


if __name__ == "__main__":
    main()
