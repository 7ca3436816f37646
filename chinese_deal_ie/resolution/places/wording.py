"""How a place's name is cleaned before it is looked up, and the words around names: bodies, zones, roads, regions."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import Final

LONGEST: Final = 200
"""Characters of an expression that are read; no name of a place or a body is longer."""

_GLOSS = re.compile(r"[(（【][^()（）【】一-鿿]{1,40}[)）】]")
_DROPPED = " \t\r\n\u3000\u200b\u200c\u200d\ufeff\xa0\"'“”‘’「」『』《》【】()（）·•"

BODY: Final = re.compile(
    r"(?:人民政府|政府|管理委员会|管委会|园管会|党工委|工委|委员会|市委|县委|区委|省委|州委|党委|办公室|办公厅|招商局|投促局){1,4}$"
)
"""What a body of government adds to the name of its place or zone."""

NATIONAL: Final = re.compile(
    r"^(?:国家|中央|全国|国务院|中共中央|中华|最高人民|国资委|发改委|证监会|银监会|银保监会|保监会|人民银行|人行|央行|海关总署"
    r"|中联办|港澳办|国台办|中纪委|政治局|行政院|内政部|财政司|外交部|审计署|.{0,12}总局|.{0,12}总署|[^省市县区州]{1,8}部)"
)
"""A body of the whole country (or of Taiwan's central administration): it lies in no single division."""

BRANCH: Final = re.compile(r"^.{0,10}?(?:总局|总署|银行|人行)(?P<rest>.{2,})$")
"""The local branch of such a body: 国家税务总局常州市税务局."""

NATIONAL_SITE: Final = re.compile(r"^国家.*(?:基地|园|区|城|港)$")
"""A site that only bears 国家 in its name: 国家再制造产业示范基地."""

WHOLE_COUNTRY: Final = frozenset({"中国", "我国", "全国", "国内", "中华", "祖国", "神州", "大陆", "内地", "中国大陆"})
"""Regions that may stand before the name of a place inside the country: 中国光谷."""

LEVEL: Final = re.compile(
    r"^(?:中共)?(?:我|全|该|本|此|两|原)?"
    r"(?P<unit>特别行政区|特区|自治区|自治州|自治县|地区|行署|省|市|州|盟|县|旗|区|镇|乡|街道)(?P<rest>.*)$",
    re.S,
)
"""A place named only by its level: 我市, 全县, 市政府, 区商务局, 省委."""
NOT_LEVEL: Final = re.compile(r"^(?:市场|区域|县域|市值|州际|区块|区间|镇域|乡村|市郊|省际|省会|区位)")

ZONE: Final = re.compile(
    r"^(?:国家级|省级|市级|国家|省|市|县|区|该|本|全)?(?:高新技术产业开发区|高新技术产业园区|高新技术开发区|高新技术园区|高新园区|高新区|经济技术开发区|经济开发区|经开区"
    r"|开发区|综合保税区|保税区|综保区|自由贸易试验区|自贸试验区|自贸区|自贸片区|新区|示范区|试验区|港区|管理区|功能区|度假区"
    r"|临空经济区|临港经济区|空港经济区|工业园区|工业园|产业园区|产业园|园区|工业集中区|产业集聚区|产业集中区|集聚区|集中区|化工园|片区)$"
)
"""A zone without a name of its own."""

LOCAL: Final = re.compile(
    r"(?:村|镇|乡|街道|社区|路|街|大道|巷|弄|号|园|园区|区|基地|城|广场|中心|大厦|宾馆|酒店|饭店|机场|站|港|码头|商圈|小镇|景区|谷|农场|林场|牧场"
    r"|水库|电站|馆|厂|校区|大楼|大院|楼|会堂|总部|口岸|古镇|组团|板块|校园|公园|湿地|庄园|半岛新城|块|市场|遗址|石窟|故居|驻地|陵园|湖)$"
)
"""A place below the county, or a building: it lies where its document plays."""
NOT_LOCAL: Final = re.compile(r"(?:山区|林区|牧区|灾区|湾区|地区|库区|藏区|老区|景区带|经济区|城市群|特区|沿海|国)$")

SITE: Final = re.compile(r"(?:园|园区|基地|市场|物流港|小镇|科技城|产业城|景区|公园|博览园|示范园|厂区|中心)$")
"""After the name of a province or city: one site, which bears the name of more than the county that it lies in."""

TOWN_TAIL: Final = re.compile(r"^(?:镇|乡|街道|村)")
"""After a name of a zone: a town that shares it."""

STREET: Final = re.compile(
    r"^[东西南北中前后上下内外环新老一二三四五六七八九十]{0,2}(?:路|街|大街|大道|巷|弄|胡同|高速|公路|铁路|高铁|城际|大桥|隧道|线|专线)"
)
"""After a bare short name: a road called after the place (重庆路, 南京西路)."""
NATURE: Final = re.compile(
    r"^(?:湖|江|河|山|岛|海|湾|洋|峡|海峡|盆地|平原|高原|流域|半岛|群岛|草原|沙漠|走廊|运河|水系)"
    r"(?:流域|沿岸|两岸|上游|中游|下游|干流|水系|水域|沿线|沿海|大桥|畔|边|东部|西部|南部|北部)?$"
)
"""After a bare short name: a river, lake or mountain that shares the name."""
SMALL: Final = re.compile(
    r"^(?:[东西南北中老古新]?(?:镇|乡|街道|村|社区|港|城)|.{0,4}(?:绿道|水库|湿地|隧道|广场|公园)|.{0,6}(?:局|委))(?:人民政府|政府)?$"
)
"""After a county's short form: what may be the rest of another name (永宁镇, 资源规划局)."""
WIDE: Final = re.compile(r"^(?:大?都市圈|城市群|城市圈|大?都市区|经济圈|经济带|城市带|一体化.*|等地.*|以[东西南北].*)$")
"""After any name: a region larger than the division."""
DIRECTION: Final = re.compile(r"^[东西南北中]{1,2}(?:部|部地区|地区)?$")

LOCAL_BODY: Final = re.compile(
    r"(?:局|委|办|厅|处|队|中心|政府|管委会|管理委员会|工委|管会|府|法院|检察院|委员会|所|会|院)$"
)
"""How the name of a body ends that is not known to be national."""
HERE: Final = frozenset({"当地", "本地", "当地政府", "本地区", "此地", "政府", "管委会", "当地党委政府"})


@lru_cache(maxsize=1)
def _table() -> dict[int, int | None]:
    source = resources.files("chinese_deal_ie.resolution").joinpath("assets", "traditional.txt")
    old, new = source.read_text(encoding="utf-8").splitlines()
    table: dict[int, int | None] = {ord(a): ord(b) for a, b in zip(old, new, strict=True)}
    table |= {point: point - 0xFEE0 for point in range(0xFF01, 0xFF5F)}
    return table | dict.fromkeys(map(ord, _DROPPED))


def cleaned(text: str, limit: int = LONGEST) -> str:
    """The first ``limit`` characters, simplified one for one, without glosses, quotes, brackets and white space."""
    text = text[:limit]
    if "(" in text or "（" in text or "【" in text:
        text = _GLOSS.sub("", text)
    return text.translate(_table())
