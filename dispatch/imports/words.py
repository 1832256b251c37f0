"""Words for categories, channels, kinds of service, priorities and warranty, in three languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from dispatch.imports.columns import normalise
from dispatch.imports.errors import BadValue, shown
from dispatch.imports.values import is_nothing, text

CATEGORIES = {
    "washing-machine": """
        washing machine | washer | laundry machine | 洗衣机 | 洗衣機 | 滚筒 | 滾筒 | 波轮 | 洗脫烘
        | 洗脱烘 | 洗烘一体机 | 洗烘一體機 | 洗烘机 | 洗烘機 | 洗脫機 | washer dryer
    """,
    "refrigerator": """
        refrigerator | fridge | freezer | 冰箱 | 冰柜 | 冰櫃 | 冷柜 | 冷櫃 | 電冰箱 | 电冰箱 | 雪櫃
        | 冷凍櫃
    """,
    "air-conditioner": """
        air conditioner | air conditioning | air con | aircon | a c | ac | 空调 | 空調 | 冷氣 | 冷气
        | 冷氣機 | 冷暖氣 | 分離式冷氣 | 变频空调 | 柜机 | 挂机
    """,
    "water-heater": "water heater | boiler | geyser | 热水器 | 熱水器 | 電熱水器 | 热水炉 | 熱水爐",
    "tv": """
        tv | television | smart tv | 电视 | 電視 | 电视机 | 電視機 | 彩电 | 彩電 | 液晶 | 液晶电视
        | 液晶電視 | 顯示器電視
    """,
    "range-hood": """
        range hood | cooker hood | hood | 油烟机 | 油煙機 | 抽油烟机 | 抽油煙機 | 吸油烟机 | 排油煙機
        | 除油煙機 | 煙機
    """,
    "dishwasher": "dishwasher | dish washer | 洗碗机 | 洗碗機",
    "dryer": "dryer | tumble dryer | clothes dryer | 干衣机 | 乾衣機 | 烘衣机 | 烘衣機 | 烘干机 | 烘乾機",
}
CHANNELS = {
    "call": """
        call | call centre | call center | phone | hotline | 电话 | 電話 | 热线 | 熱線 | 客服 | 来电
        | 來電 | 客服電話 | 400 | 0800
    """,
    "portal": """
        portal | web | website | online | app | 网上 | 網路 | 網上 | 官网 | 官網 | 微信 | line | 小程序
        | 公众号 | 客戶網頁
    """,
    "import": """
        import | file | shop | dealer | store | 门店 | 門市 | 经销商 | 經銷商 | 賣場 | 卖场 | 導入
        | 导入 | 通路商
    """,
    "api": "api | system | program | 系统 | 系統 | 接口",
}
SERVICE_KINDS = {
    "on_site": """
        on site | onsite | on site repair | home | home visit | visit | repair | 上门 | 上門 | 到府
        | 到府維修 | 上门维修 | 上門維修 | 上门服务 | 上門服務 | 到府服務 | 维修 | 維修 | 现场
    """,
    "carry_in": "carry in | drop off | walk in | 送修 | 自送 | 自送維修 | 店修 | 到店 | 到站 | 送站",
    "mail_in": "mail in | mail | ship in | 寄修 | 邮寄 | 郵寄 | 宅配寄修 | 宅配",
}
PRIORITIES = {
    "1": """
        1 | urgent | emergency | asap | very high | 紧急 | 緊急 | 急 | 特急 | 急件 | 加急 | 最急 | 是
        | yes | y | 非常紧急
    """,
    "2": "2 | high | soon | vip | 高 | 优先 | 優先 | 较急 | 較急",
    "3": "3 | normal | medium | standard | 普通 | 一般 | 正常 | 中 | 普通件 | 否 | no | n",
    "4": "4 | low | 低 | 不急",
}
IN_WARRANTY = {
    "1": """
        in | in warranty | yes | y | true | 1 | 保内 | 保內 | 保修内 | 保固內 | 保固中 | 在保 | 是
        | 免费 | 免費
    """,
    "": """
        out | out of warranty | no | n | false | expired | 保外 | 保固外 | 过保 | 過保 | 超保 | 否
        | 收费 | 收費 | 保修外 | 自費
    """,
}


def lookup(table: Mapping[str, str]) -> dict[str, str]:
    """Return {normalised word: code} of a table {code: 'word | word'}."""
    return {normalise(word): code for code, words in table.items() for word in words.split("|")}


CATEGORY_WORDS = lookup(CATEGORIES)
CHANNEL_WORDS = lookup(CHANNELS)
SERVICE_WORDS = lookup(SERVICE_KINDS)
PRIORITY_WORDS = lookup(PRIORITIES)
WARRANTY_WORDS = lookup(IN_WARRANTY)


def category_words(named: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Return the words for the categories in use: ours for the codes we know, and each one's own names.

    `named` yields (code, names in all languages).
    """
    words: dict[str, str] = {}
    for code, names in named:
        words |= {word: code for word, ours in CATEGORY_WORDS.items() if ours == code.replace("_", "-")}
        words |= {normalise(name): code for name in (code, *names) if name}
    return words


def category(cell: object, words: Mapping[str, str] = CATEGORY_WORDS) -> str:
    """Return the code of a category, '' for nothing; the longest known word in the cell counts. Raises BadValue."""
    if is_nothing(cell):
        return ""
    seen = normalise(cell)
    if seen in words:
        return words[seen]
    inside = [word for word in words if word in seen and (len(word) > 3 or not word.isascii())]
    if inside:
        return words[max(inside, key=len)]
    raise BadValue(
        _("“%(seen)s” is not a product we know. Write one of: %(known)s."),
        seen=shown(text(cell)),
        known=", ".join(sorted(set(words.values()))),
    )


def channel(cell: object) -> str | None:
    """Return the channel's code; None where the word is not ours, which is no reason to refuse an order."""
    return CHANNEL_WORDS.get(normalise(cell))


def service_kind(cell: object) -> str:
    """Return the code of a kind of service, on site for nothing. Raises BadValue."""
    return _one_of(
        cell, SERVICE_WORDS, "on_site", _("“%(seen)s” is no kind of service. Write on site, carry-in or mail-in.")
    )


def priority(cell: object) -> int:
    """Return 1 (urgent) to 4 (low), 3 for nothing. Raises BadValue."""
    return int(_one_of(cell, PRIORITY_WORDS, "3", _("“%(seen)s” is no priority. Write urgent, high, normal or low.")))


def in_warranty(cell: object) -> bool | None:
    """Return what the file says of the warranty, None for nothing. Raises BadValue."""
    said = _one_of(
        cell, WARRANTY_WORDS, "?", _("“%(seen)s” says nothing of the warranty. Write in warranty or out of warranty.")
    )
    return None if said == "?" else bool(said)


def _one_of(cell: object, words: Mapping[str, str], default: str, message) -> str:
    found = words.get(normalise(cell)) if text(cell) else None
    if found is not None:
        return found
    if is_nothing(cell):
        return default
    raise BadValue(message, seen=shown(text(cell)))
