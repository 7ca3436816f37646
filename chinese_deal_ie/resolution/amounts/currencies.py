"""Names, signs and codes of currencies and the ISO 4217 code of each.

``GENERIC`` marks the names that take the currency of the context (元, ¥), ``AMBIGUOUS`` those of several countries
(卢比, 克朗) that say nothing alone. Names are in the spelling of :func:`..normal.normalise`.
"""

from __future__ import annotations

from functools import lru_cache

GENERIC = ""
AMBIGUOUS = "?"

_NAMES = {
    GENERIC: "元 元钱 块钱 ¥",
    AMBIGUOUS: "卢比 比索 克朗 第纳尔 里亚尔 法郎 先令 镑",
    "CNY": "人民币 人民币元 元人民币 RMB CNY CN¥ 软妹币",
    "USD": "美元 美金 美刀 美币 US$ USD USD$ U.S.$ $",
    "HKD": "港元 港币 港纸 港圆 HK$ HKD HKD$",
    "EUR": "欧元 欧罗 EUR €",
    "JPY": "日元 日币 JPY JP¥ 円",
    "GBP": "英镑 GBP £",
    "SGD": "新加坡元 新加坡币 新币 坡币 新元 星元 SGD SG$ S$",
    "TWD": "新台币 台币 新台币元 TWD NTD NT$ TWD$ NTD$",
    "MOP": "澳门元 澳门币 葡币 MOP MOP$",
    "KRW": "韩元 韩币 KRW ₩",
    "KPW": "朝鲜元 朝元 KPW",
    "AUD": "澳元 澳币 澳大利亚元 澳洲元 AUD AU$ A$",
    "NZD": "新西兰元 新西兰币 纽元 纽币 纽西兰元 NZD NZ$",
    "CAD": "加元 加币 加拿大元 加拿大币 CAD CA$ C$",
    "CHF": "瑞士法郎 瑞郎 CHF",
    "SEK": "瑞典克朗 SEK",
    "NOK": "挪威克朗 NOK",
    "DKK": "丹麦克朗 DKK",
    "ISK": "冰岛克朗 ISK",
    "CZK": "捷克克朗 CZK",
    "HUF": "福林 匈牙利福林 HUF",
    "PLN": "兹罗提 波兰兹罗提 PLN",
    "RON": "罗马尼亚列伊 列伊 RON",
    "BGN": "列弗 保加利亚列弗 BGN",
    "RSD": "塞尔维亚第纳尔 RSD",
    "RUB": "卢布 俄罗斯卢布 RUB ₽",
    "BYN": "白俄罗斯卢布 BYN",
    "UAH": "格里夫纳 UAH ₴",
    "KZT": "坚戈 腾格 哈萨克斯坦坚戈 KZT ₸",
    "UZS": "苏姆 乌兹别克斯坦苏姆 UZS",
    "KGS": "吉尔吉斯斯坦索姆 KGS",
    "TJS": "索莫尼 TJS",
    "TMT": "土库曼斯坦马纳特 TMT",
    "AZN": "阿塞拜疆马纳特 AZN",
    "GEL": "格鲁吉亚拉里 拉里 GEL",
    "AMD": "亚美尼亚德拉姆 德拉姆 AMD",
    "MNT": "图格里克 MNT ₮",
    "TRY": "里拉 土耳其里拉 TRY ₺",
    "ILS": "谢克尔 新谢克尔 以色列谢克尔 ILS ₪",
    "MYR": "林吉特 令吉 马币 马来西亚林吉特 马来西亚令吉 MYR RM",
    "THB": "泰铢 泰币 铢 THB ฿",
    "IDR": "印尼盾 印尼卢比 印度尼西亚盾 印度尼西亚卢比 IDR",
    "VND": "越南盾 越盾 VND ₫",
    "PHP": "菲律宾比索 PHP ₱",
    "KHR": "瑞尔 KHR",
    "LAK": "基普 老挝基普 LAK",
    "MMK": "缅元 缅币 缅甸元 MMK",
    "BND": "文莱元 文莱币 BND",
    "INR": "印度卢比 INR ₹",
    "PKR": "巴基斯坦卢比 PKR",
    "LKR": "斯里兰卡卢比 LKR",
    "NPR": "尼泊尔卢比 NPR",
    "BDT": "塔卡 孟加拉塔卡 BDT",
    "AED": "迪拉姆 阿联酋迪拉姆 AED",
    "MAD": "摩洛哥迪拉姆 MAD",
    "SAR": "沙特里亚尔 沙特阿拉伯里亚尔 SAR",
    "QAR": "卡塔尔里亚尔 QAR",
    "OMR": "阿曼里亚尔 OMR",
    "IRR": "伊朗里亚尔 IRR",
    "IQD": "伊拉克第纳尔 IQD",
    "KWD": "科威特第纳尔 KWD",
    "BHD": "巴林第纳尔 BHD",
    "JOD": "约旦第纳尔 JOD",
    "DZD": "阿尔及利亚第纳尔 DZD",
    "EGP": "埃及镑 埃镑 EGP",
    "ZAR": "兰特 南非兰特 ZAR",
    "NGN": "奈拉 尼日利亚奈拉 NGN ₦",
    "GHS": "加纳塞地 塞地 GHS",
    "KES": "肯尼亚先令 KES",
    "TZS": "坦桑尼亚先令 TZS",
    "UGX": "乌干达先令 UGX",
    "ETB": "埃塞俄比亚比尔 ETB",
    "AOA": "宽扎 AOA",
    "ZMW": "克瓦查 ZMW",
    "MZN": "梅蒂卡尔 MZN",
    "XOF": "西非法郎 XOF",
    "XAF": "中非法郎 XAF",
    "BRL": "雷亚尔 巴西雷亚尔 BRL R$",
    "MXN": "墨西哥比索 MXN",
    "ARS": "阿根廷比索 ARS",
    "CLP": "智利比索 CLP",
    "COP": "哥伦比亚比索 COP",
    "PEN": "秘鲁索尔 PEN",
    "XDR": "特别提款权 XDR SDR",
}

CURRENCIES: dict[str, str] = {name: code for code, names in _NAMES.items() for name in names.split()}
"""Name, sign or code (letters in upper case) to ISO 4217 code, ``GENERIC`` or ``AMBIGUOUS``."""


@lru_cache(maxsize=512)
def resolve(found: tuple[str, ...], context: str | None) -> str | None:
    """The one currency that the names in an amount agree on.

    ``context`` (else CNY) stands for generic and missing names and decides ambiguous ones; None when names contradict
    each other or an ambiguous one stays undecided.
    """
    named = ""
    for code in found:
        if code not in (GENERIC, AMBIGUOUS):
            if named and code != named:
                return None
            named = code
    return named or context or (None if AMBIGUOUS in found else "CNY")
