"""Holidays that have the same day every year; those of the moon (春节, 中秋) and of the sun's terms (清明) do not."""

from __future__ import annotations

_NAMES = {
    (1, 1): "元旦 元旦节",
    (2, 14): "情人节",
    (3, 8): "妇女节 三八妇女节 国际妇女节 三八节",
    (3, 12): "植树节",
    (3, 15): "消费者权益日 国际消费者权益日",
    (4, 22): "世界地球日",
    (5, 1): '劳动节 五一 "五一" 五一节 五一劳动节 "五一"劳动节 国际劳动节 五一国际劳动节 "五一"国际劳动节',
    (5, 4): "青年节 五四青年节",
    (6, 1): '儿童节 六一 "六一" 六一儿童节 "六一"儿童节 国际儿童节',
    (6, 5): "世界环境日 环境日",
    (7, 1): '建党节 七一 "七一" 七一建党节 "七一"建党节 香港回归纪念日',
    (8, 1): '建军节 八一 "八一" 八一建军节 "八一"建军节',
    (9, 10): "教师节",
    (10, 1): '国庆 国庆节 国庆日 "十一" 十一国庆节 "十一"国庆节',
    (11, 8): "记者节",
    (11, 11): '双十一 双11 "双十一" "双11"',
    (12, 12): '双十二 双12 "双十二" "双12"',
    (12, 24): "平安夜",
    (12, 25): "圣诞 圣诞节",
}

HOLIDAYS: dict[str, tuple[int, int]] = {name: day for day, names in _NAMES.items() for name in names.split()}
"""Name (quotation marks as :func:`.spelling.spell` leaves them) to month and day."""
