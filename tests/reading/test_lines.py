from __future__ import annotations

import pytest

from chinese_deal_ie.reading import clean

BODY = (
    "某市人民政府昨日与一家制造企业签署战略合作框架协议，企业将在当地开发区投资建设零部件工厂，"
    "首期用地二百亩，计划明年年底投产。市领导和企业负责人出席了签约仪式。"
)


def _flagged(raw: str) -> list[str]:
    cleaned = clean(raw)
    return [cleaned.text[start:end] for start, end in cleaned.debris]


@pytest.mark.parametrize(
    "line",
    [
        "您现在的位置：首页 > 新闻中心 > 正文",
        "首页 资讯 正文",
        "东方网 >> 财经频道",
        "首页 ｜ 存储 ｜ 云计算",
        "財經 房產 旅遊 健康 ／ 登錄 註冊",
        "感动 同情 无聊 愤怒 搞笑 难过",
        "分享到：微信 微博 QQ空间",
        "扫一扫，分享给好友吧。",
        "【字体：大 中 小】【打印本页】【关闭窗口】",
        "来源：本站 点击：??次",
        "您的姓名:*",
        "请输入验证码：____　［提交］",
        "暂无评论，快来抢沙发吧",
        "上一篇：没有了　下一篇：没有了",
        "版权所有 技术支持 网站地图",
        "责任编辑：张三",
        "关键词：合作，产业园",
        "相关阅读：甲县与乙公司签约 ／ 丙市开工",
        "某公司昨日发布公告称，将投资十亿元。市场人士对此反应不一，其中一家...更多",
        "Loading……",
    ],
)
def test_furniture_is_flagged(line: str) -> None:
    assert _flagged(f"{line}\n{BODY}") == [clean(line).text]


@pytest.mark.parametrize(
    "line",
    [
        BODY,
        "某市与某公司签约 总投资50亿元",
        "客服中心项目落户某市",
        "戈壁滩上的“国字号”工地",
        "评论：开发区为何留得住企业",
        "张三 李四",
        "某区　某集团　生态旅游示范项目　150亿元（单体最大）",
        "来源：某某日报 2015-11-25",
        "签约仪式后，双方分享到场嘉宾的看法，企业负责人说，下一步将加快建设。市领导表示支持这个项目。",
        "政府为企业登录新三板提供服务",
    ],
)
def test_text_is_not(line: str) -> None:
    assert _flagged(f"{line}\n{BODY}") == []


def test_what_follows_a_heading_of_related_links_is_furniture_until_a_paragraph_resumes() -> None:
    links = ["甲县引进一个纺织项目", "2022-11-04 09:23:13", "乙公司落户丙市 投资5亿元"]
    raw = "\n".join(["标题一行", BODY, "猜你喜欢", *links, BODY, "记者 张三"])
    assert _flagged(raw) == ["猜你喜欢", *links]


def test_the_same_heading_before_the_article_is_a_menu_item_only() -> None:
    assert _flagged(f"相关新闻\n某市与某公司签约\n{BODY}") == ["相关新闻"]


def test_one_short_line_between_furniture_after_the_article_is_furniture() -> None:
    assert _flagged(f"{BODY}\n分享到微信\n打开手机\n扫一扫二维码") == ["分享到微信", "打开手机", "扫一扫二维码"]
    assert _flagged(f"分享到微信\n某市与某公司签约\n扫一扫二维码\n{BODY}") == ["分享到微信", "扫一扫二维码"]


def test_ranges_are_of_clean_text() -> None:
    cleaned = clean(f"{BODY}\n\n责(zé)任编辑(biānjí)：张三")
    ((start, end),) = cleaned.debris
    assert (cleaned.text[start:end], end) == ("责任编辑：张三", len(cleaned.text))
