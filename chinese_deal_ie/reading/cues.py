"""What page furniture says: patterns for single lines of clean text (simplified, canonical widths).

They name what pages of any site put around an article, and are written so that a headline does not meet them:
a word that headlines use too (客服中心, 字号) counts only where it stands as a label or a button.
"""

from __future__ import annotations

import re

_NAVIGATION = (
    r"(?:您|现在|当前|目前|所在)[的所在当前]{0,6}位置 ?(?:：|是：|$)",
    r"首页 ?(?:[>»›→/|]|->|--)",
    r"[^>»›。，]{1,16} ?(?:>{1,2}|[»›]) ?[^>»›。，]{1,24}",
    r"正文(?: \d+){1,2}$",
    r"上一?[篇条][：:】 ]|下一?[篇条][：:】 ]|^[上下]一[篇条页]$",
    r"返回(?:顶部|首页|列表)|回到顶部|设为首页|手机版|展开全文|客户端下载|(?:下载|打开)APP",
    r"无障碍|长者模式|(?<!\w)登[录陆][ 注|/后]|免费注册|(?:会员|用户)登录|(?<!\w)注册$",
)
_TOOLS = (
    r"分享(?:到|至|本文|给|：| |$)|扫一扫|微信扫|朋友圈$|QQ空间|QQ好友|新浪微博 |公众号$|关注我们",
    r"收藏(?:本|此| |】|到|$)|加入收藏|打印(?:本|此|文|页| |】|$)|我要打印|关闭窗口|【关闭】|关闭本页",
    r"(?:^|[ 【\[(（择])字[号体](?:[：:| 】TA]|$)|大 中 小|【大】|A- ?A|T小",
    r"点击(?:数|率|量|次数)?[：:]|(?:阅读|浏览|访问)(?:次数|量)?[：:]|关注度[：:]|(?:转发|回复|喜欢)：\d",
    r"(?<!\w)\w{0,4}(?:点赞|举报|纠错|打赏|二维码|扫码\w{0,4})(?!\w)|^Loading",
    r"(?:发表|我要|网友|全部|最新|暂无|查看)评论|写评论|\d ?条评论|我要点评|没有评论|抢沙发",
    r"^评论(?:列表|$|：$|（)|^\W{0,4}评论列表",
)
_FORMS = (
    r"验证码|请输入|请填写|填写.{0,12}[：:]$|^提交|提交】?$|匿名发表|搜索[：:]|错误类型?[：:]|[：:] ?\*$",
    r"(?:姓名|邮箱|Email)[：:]|(?:姓名|电话|邮箱|联系方式|Email|标题|地址|手机)[^。]{0,24}[：:] ?\*",
)
_FOOTERS = (
    r"版权(?:所有|声明)|免责声明|风险提示[：:]|[Cc]opyright|ICP备|网站(?:地图|声明)|技术支持|联系我们|关于我们|广告服务|在线留言",
    r"^[【(（\[]?责任编辑|^[【(（\[]?编辑[：:]|主办(?:单位)?[：:]|转载.{0,8}(?:注明|附)|未经.{0,6}(?:允许|许可|授权)",
    r"友情链接|蜘蛛池|^(?:本文)?(?:关键词|关键字|标签|TAG|Tags?)[：:]|^附件[：:]?$|欢迎光临|(?:在线|联系|咨询)客服|客服热线",
    r"\.(?:jpe?g|png|gif)\b",
)
_MORE = r"(?:\.{3}|…) ?[\[【(（]?(?:更多|详细|详情|全文|查看全文|阅读全文)[\]】)）]?$|查看更多|更多(?:>>|»|$)"

FURNITURE = re.compile("|".join((*_NAVIGATION, *_TOOLS, *_FORMS, *_FOOTERS, _MORE)))
"""Navigation, share buttons, forms, footers, links to more."""

TEASER = re.compile(_MORE)
"""The end of an opening that was cut for a list of links."""

_RELATED_WORDS = (
    r"(?:猜你喜欢|[你您]可能还?也?会?对?.{0,8}(?:喜欢|感兴趣)|大家.{0,2}在看|[你您].{0,4}在看|新闻推荐|(?:阅读|文章|编辑)推荐|热门排行|排行榜"
    r"|(?:相关|延伸|延深|推荐|扩展|拓展|更多|热门|热点|精彩|最新)"
    r"(?:阅读|新闻|文章|链接|报道|报告|资讯|内容|推荐|文档|信息|评论|专题|资料))"
)
RELATED = re.compile(rf"^\W{{0,4}}{_RELATED_WORDS}(?:\W|$)")
"""A line that begins with a heading of related links."""
RELATED_HEADING = re.compile(rf"^\W{{0,4}}{_RELATED_WORDS}\W{{0,4}}$")
"""A line that is such a heading and no more."""

MENU_WORDS = frozenset(
    [
        *("首页", "网站首页", "资讯", "新闻", "要闻", "正文", "新闻中心", "公司简介", "公司动态", "产业布局"),
        *("社会责任", "人才招聘", "政务公开", "政务服务", "互动交流", "招聘", "房产", "财经", "旅游", "健康"),
        *("生活", "同城", "登录", "注册", "搜索", "收藏", "打印", "关闭", "分享", "评论", "举报", "微信", "微博"),
        *("微信公众号", "展开菜单", "二手车", "通知公告", "党建工作", "关于我们", "联系我们", "上一篇", "下一篇"),
    ]
)
"""Usual items of menus and button rows."""
