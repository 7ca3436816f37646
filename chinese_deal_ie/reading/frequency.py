"""How common a Chinese character is: the yardstick of encoding detection and of mending misread bytes."""

from __future__ import annotations

import functools
import math
import unicodedata

from .traditional import single_characters

_COMMON = (
    "的一业项公元资目亿市中有投区司在产年新建合个签上工会是地和集国大日长了发团月开政总县作约委与电设能下"
    "来成协到人家方议限商三经行企府园要省同城州生都万基为东全金后以这出源动海化里部务期江不进理高分技主计"
    "科南水重文体副场也山子记把两用等心安事股天西书局前份头展信管农通说民台加招做多四对车厂力交代机济北内"
    "落及定华本过战划数港点关造联平第面品二路起就当先位正服旅制略还光规广标级网已额环实门向创时营表物看件"
    "游式座镇外施各之董接处智办于自推次材单程深得今料间由谈手再打提双字报名五首阳达线湖最布小算运装备告者"
    "度其走风医京入现明责共意引任可近道张流川带此兴条示从他十美术融组没回保讯常架龙息特研宁云超好利药收态"
    "框着导见领林乡批汽银往该康据学际给持占口去将王并土航院配称立又连负域按法型亩整员河链池湾至参苏庆境更"
    "证完应强专步系准站综量几控铁模望样改块订百供底福早介别支放李值相色另统养署武仪米空德闻宜席础容我套拿"
    "笔客房性陈优页村绿转续举增党比刘么列气吨结清博排吉六构汉活千午则预亚片央少快香策置半慧只食污案户权昌"
    "随石号器范周治原界它如健圳马板社拟承住请无质花怎补锂余解情讲牌让节宝世贸义注青伏照话升尔互育易速题端"
    "微所审边选老津齐浙杨调复影春惠景储致届篇宾终类群才币启丰吴些果贵军传干效核扩未兰直属眼临种旗队消绍印"
    "宣察季势猪巴士财抓评钱享洽永盘洲教论验乐视波那盖考织问每油瑞矿陆裁具九徽围藏许田争洪徐低响沙简黄热依"
    "古谷软牵疗助露想陕甘瓦求跟白包积聚球认楼拉码何希顺角率况牧筑取款玉采泰格变室红们维价止层茶械酒志身很"
    "销编谢澳太振纺坐迪移卫或伙费显精初留肥杭究试购松幕知图厦晚友店测披险靠温驻迎辞指累授珠锦促哈晓税富册"
    "居券木待换肃桥远轮滨观飞益洋确担贷账浪阿厅郑昨截感决述修段固存斯细登润泉荆极添粤七找晶冷延络街峰载峡"
    "功雅防录览著售帮盛威申受庄被哪离恒己碳继圈紧护形充借获真伟盼破普扶校溪涉梁八什屏逾库执访需除绩愿闭克"
    "嘉轨星摆零然均而根货停夏越搭始读英雄刚蒙声众煤盐杰粮址郭沟坝邦苗章革俊锡钢栏答孙写跨兵阅足宽假雷敲搬"
    "跑殖筹汇仓凯黑召桃稳非独馆因玻乙荣疫桂牛铺暨监洛左腾尚既忠顶历赶巨闲版岛封廊潮即欢芯兆秘难伴盟堰叫送"
    "扬估履良饰障您鹏纸奖付循纪岸勇丽缺满曲言辽璃酸久官罗托培唐括鑫攻辑含兼奇岭输眉梅裕返辉欧密姚撑频遍胡"
    "纳沪火塔沿缴湘压朝圆劲森思雨却赴谁氏职卡疆右绕派浦概铜辆氢佳茂班闽桩植奠抢竣携若渝爱仙媒素赵守叶脚童"
    "阶肉草硅恩莞顾散凤宗胜曾净揽归尾盯柱忘便厚慈挂竹债卖亮钟尽拓须坚宇母但潭象坡慢铝命震休甲退神奥朱搞宏"
    "鲁替拜买鸡陵乌蟠较葛阵骨序逐扎迁涨贫剑韩坛羊淮液错菜查听岗急赛粉旺乳枣亳泗欣断切键汤雪握芜孟索竞陪族"
    "晋短追仍赣锋诚秀句畜亲泥窗儿纬沈襄鼓涛必纽扫征鱼禹例黔韶轻隆反史仁蔚隔秦孝候姜侨遗拍播饲击桐吃拨纤静"
    "旧绵朋番揭唯跃伸君援措询艺念背识予郴翻诺拆冶妥翠使遂抚她横鼎稿莱善萨夫昆塑射鸿荐垃圾烟皖租枢栋摘浏敏"
    "挥悉探束勘咨泽串孚狮拼磷树募掉赢丝偏附倍屠宰邓礼奶废误燃斌鞋邹幅湛检颍栗浩突涵洁师摸毛蓉琳艾仅玲赞浮"
    "够辖墙渠贡鲜靖楚释贺船烯否闹圣遵涂蓝佛蔡坪饭餐冠庐胶盈俗卓曹染捷烧聊戏迈漯喜滩递呼故遇免敬碚寨堂井秋"
    "轴抽埃魏邀径覆旦铭鸣鄂皋督亭垦滁冈档阁寿演训暂像伊舒滑画乎词舟紫令状堆洱塘怡亨剩掏彦恳株减岩侠醒丹缘"
    "肖饮渐嘴拖翔梦厨漳戴庭摊伦冲蔬差虚麦侧阜岁倒孵害旭孔凰冀蒋虎透汪驱谋彭脱埠纯砸桌酿典聘私焦炭迟瓷莲蒲"
    "燕耀摩姓耗趟榜挖崇硬勤般伍坊尼壳彰溇杆淘耕碰味摄冯严崔龚吸艳邱彩律违床混献脉讨叙熟矽饶宋钠盾似睢柏卢"
    "畅虹麟殊邮触薄课卷贝糖冻瓜莹冬灯病漏寸珍祥贴祖催垣掖杜冰琪堡扣习末沃齿兽薯潜亦凉榆凡泵灵邻押锁蚌折择"
)
"""The most frequent characters of corpus/train in simplified form, the most frequent first."""

_OF_STANDARD = 3000
"""Rank of a character that is only known to be among the 3755 common ones of GB 2312."""
_RARE = 20000
"""Rank of any other character."""


RAREST = -math.log(_RARE + 5)
"""The value of `log_frequency` for a character no list has."""


@functools.cache
def _ranks() -> dict[str, int]:
    ranks = {character: rank for rank, character in enumerate(_COMMON, start=1)}
    ranks |= dict.fromkeys("，。、；：？！“”（）《》【】「」『』—…·０１２３４５６７８９％", 5)
    return ranks


@functools.lru_cache(maxsize=1 << 15)
def log_frequency(character: str) -> float:
    """Natural logarithm of a character's share of running text, up to a constant (Zipf's law over ranks)."""
    simplified = single_characters().get(character, character)
    rank = _ranks().get(simplified)
    if rank is None:
        lead = simplified.encode("gb2312", "ignore")[:1]
        rank = _OF_STANDARD if b"\xb0" <= lead <= b"\xd7" else _RARE
    return -math.log(rank + 5)


def mean_log_frequency(text: str) -> float | None:
    """Mean of `log_frequency` over the characters beyond ASCII; None when there are none.

    Running Chinese text lies around -5; text read in a wrong encoding near -9.
    """
    scores = [
        log_frequency(character) for character in text if character > "\x7f" and unicodedata.category(character) != "Zs"
    ]
    return sum(scores) / len(scores) if scores else None
