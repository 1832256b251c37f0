"""How the example writes what people write: names, phones, addresses, windows, symptoms. All from one Random."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from dispatch.example.data import catalogue, point, streets

SURNAMES = {
    "taipei": "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾游彭詹胡施沈",
    "shanghai": "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡",
}
GIVEN = {
    "taipei": [
        "志明",
        "淑芬",
        "俊傑",
        "美玲",
        "雅婷",
        "建宏",
        "怡君",
        "家豪",
        "淑惠",
        "宗翰",
        "佳穎",
        "冠宇",
        "麗華",
        "秀英",
        "文雄",
        "詩涵",
        "承恩",
        "品妍",
        "明哲",
        "惠雯",
        "國華",
        "玉珍",
        "柏翰",
        "欣怡",
        "信宏",
        "月娥",
        "政賢",
        "婉婷",
        "子軒",
        "金龍",
    ],
    "shanghai": [
        "伟",
        "芳",
        "娜",
        "秀英",
        "敏",
        "静",
        "丽",
        "强",
        "磊",
        "军",
        "洋",
        "勇",
        "艳",
        "杰",
        "娟",
        "涛",
        "明",
        "超",
        "秀兰",
        "霞",
        "平",
        "刚",
        "桂英",
        "文静",
        "志强",
        "建国",
        "晓燕",
        "海燕",
        "嘉豪",
        "雨欣",
    ],
}
BEFORE = {
    "taipei": ["", "", "", "昨天開始", "最近常常", "上週修過，又", "突然"],
    "shanghai": ["", "", "", "昨天开始", "最近经常", "突然"],
}
AFTER = {
    "taipei": ["", "", "", "，麻煩快一點", "，家裡有小孩急用", "，之前都正常", "，按重開也沒用"],
    "shanghai": ["", "", "", "，请尽快", "，家里有老人急用", "，之前都正常"],
}
WISHES = {
    "taipei": [
        "修好就好",
        "希望當天修好",
        "先報價再修",
        "到府前先電話聯絡",
        "想知道值不值得修",
        "",
        "請師傅帶零件",
        "修不好想換新",
    ],
    "shanghai": ["修好就行", "希望当天修好", "先报价再维修", "上门前请电话联系", "", "修不好想换新"],
}
NOTES = {
    "taipei": [
        "",
        "",
        "",
        "",
        "有電梯",
        "無電梯，五樓",
        "門口可停機車",
        "管理室換證",
        "狗會叫，不咬人",
        "長輩在家，請大聲說話",
        "巷子窄，貨車進不來",
    ],
    "shanghai": ["", "", "", "", "有电梯", "老公房六楼无电梯", "门卫登记", "家中只有老人"],
}


def name(rng: Random, outlet: str) -> str:
    """Return a surname and a given name."""
    return rng.choice(SURNAMES[outlet]) + rng.choice(GIVEN[outlet])


def phone(rng: Random, outlet: str, index: int) -> str:
    """Return a number nobody answers (three or four zeros in it) in one of the many ways it is written."""
    if outlet == "shanghai":
        head, tail = f"13{rng.randint(0, 9)}", f"{index % 10_000:04d}"
        forms = [f"{head}0000{tail}"] * 5 + [f"{head}-0000-{tail}", f"+86 {head} 0000 {tail}", f"{head} 0000 {tail}"]
        return rng.choice(forms)
    head, tail = f"9{rng.randint(1, 8)}{rng.randint(0, 9)}", f"{index % 1000:03d}"
    forms = [f"0{head}-000-{tail}"] * 6 + [f"0{head}000{tail}"] * 4
    forms += [f"0{head} 000 {tail}", f"+886 {head} 000 {tail}", f"886-{head}-000{tail}", f"(0{head}) 000-{tail}"]
    return rng.choice(forms)


def landline(rng: Random, outlet: str, index: int) -> str:
    """Return a second number, seldom with an extension; '' for most."""
    if rng.random() > 0.2:
        return ""
    if outlet == "shanghai":
        return f"021-6400{index % 10_000:04d}"
    form = rng.choice(["(02) 2700-{:04d}", "02-2700{:04d}", "02 2700 {:04d}", "(02)2700-{:04d} 轉 305"])
    return form.format(index % 10_000)


def address(rng: Random, outlet: str) -> dict[str, Any]:
    """Return city, district, line and coordinates of a house in a street that exists."""
    street = rng.choice(streets(outlet))
    number = rng.randint(1, street["numbers"])
    lat, lon = point(street, number)
    if outlet == "shanghai":
        line = f"{street['street']}{number}弄{rng.randint(1, 60)}号{rng.randint(1, 6)}0{rng.randint(1, 4)}室"
    else:
        lane = f"{number}巷{rng.randint(1, 40)}號" if rng.random() < 0.3 else f"{number}號"
        floor = rng.choice(["", "2樓", "3樓", "4樓", "5樓", "7樓之1", "10樓", "12樓之3"])
        line = f"{street['street']}{lane}{floor}"
    return {
        "city": street["city"],
        "district": street["district"],
        "address": line,
        "lat": f"{lat + rng.uniform(-2e-4, 2e-4):.6f}",
        "lon": f"{lon + rng.uniform(-2e-4, 2e-4):.6f}",
    }


def complaint(rng: Random, outlet: str, category: str) -> dict[str, str]:
    """Return a symptom in somebody's words, its code for half of them, and what they wish."""
    fault = rng.choice([fault for fault in catalogue()["faults"] if fault["category"] == category])
    said = fault["name_zh_hans"] if outlet == "shanghai" else fault["name_zh_hant"]
    words = fault["name_en"] if rng.random() < 0.04 else rng.choice(BEFORE[outlet]) + said + rng.choice(AFTER[outlet])
    return {
        "symptom": words,
        "fault_code": fault["code"] if rng.random() < 0.5 else "",
        "wish": rng.choice(WISHES[outlet]),
    }


def appointment(rng: Random, outlet: str, day: date, later: int = 0) -> dict[str, str]:
    """Return the wished day and hours as written: mostly today, sometimes a part of the day or nothing.

    `later`: hours by which everybody's day is turned; words such as "in the morning" then give way to the clock.
    """
    if rng.random() < 0.12:
        return {"when_day": "", "when_hours": rng.choice(["", "越快越好" if outlet == "taipei" else "尽快"])}
    on = day + timedelta(days=rng.choices([0, 1, 2], [8, 2, 1])[0])
    start = rng.choice([9, 10, 11, 13, 14, 15, 16, 18])
    noon, evening = ("下午", "晚上")
    hours = [f"{start:02d}:00-{start + 2:02d}:00"] * 5 + [f"{start}:00~{start + 2}:00", "上午", noon]
    hours += [f"{noon}{start - 12}點" if start > 12 else f"上午{start}點", evening] if outlet == "taipei" else ["全天"]
    said = {
        "when_day": rng.choice([f"{on:%Y/%m/%d}", f"{on.month}/{on.day}", f"{on:%Y-%m-%d}"]),
        "when_hours": rng.choice(hours),
    }
    if later:
        start = min((start + later) % 24, 21)
        said["when_hours"] = f"{start:02d}:00-{start + 2:02d}:00"
    return said
