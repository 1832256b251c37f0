"""The people of the example outlet: twenty technicians with skills, homes, shifts and absences, and the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from dispatch.example.data import point, streets

# ISO weekdays and hours, local time.
EARLY = [(day, time(8, 30), time(17, 30)) for day in (1, 2, 3, 4, 5)]
MIDWEEK = [(day, time(9), time(18)) for day in (2, 3, 4, 5, 6)]
LATE = [(day, time(12), time(21)) for day in (1, 2, 3, 4, 5)]
WEEKEND = [(day, time(9), time(18)) for day in (3, 4, 5, 6, 7)]
SIX_DAYS = [(day, time(9), time(17)) for day in (1, 2, 3, 4, 5, 6)]
FROM_SUNDAY = [(day, time(8, 30), time(17, 30)) for day in (7, 1, 2, 3, 4)]

# What people train for together; the codes are those of the catalogue.
LAUNDRY = ("laundry", "drying")
KITCHEN = ("range-hoods", "dishwashing")
COLD, AIR, WATER, TV = ("refrigeration",), ("air-conditioning",), ("water-heating",), ("electronics",)
GAS, HEIGHT = ("gas",), ("height",)


@dataclass(frozen=True)
class Person:
    """A technician. `home` is where the day starts, WGS-84."""

    username: str
    name: str
    phone: str
    permit: str
    skills: tuple[str, ...]
    shifts: tuple[tuple[int, time, time], ...]
    home: tuple[float, float]


@dataclass(frozen=True)
class Away:
    """An absence on the `day`-th day from today, local time."""

    username: str
    day: int
    starts: time
    ends: time
    reason: str


_ROSTER = [
    ("chen.zh", "陳志豪", "大安區", (LAUNDRY, KITCHEN), EARLY),
    ("lin.cm", "林俊明", "大安區", (AIR, COLD, HEIGHT), EARLY),
    ("huang.jh", "黃建宏", "信義區", (AIR, HEIGHT), SIX_DAYS),
    ("chang.wj", "張文傑", "信義區", (TV, LAUNDRY), EARLY),
    ("lee.ch", "李家豪", "松山區", (COLD, LAUNDRY), MIDWEEK),
    ("wang.cc", "王志強", "松山區", (WATER, GAS, KITCHEN), SIX_DAYS),
    ("wu.ml", "吳美玲", "中山區", (TV, KITCHEN), EARLY),
    ("liu.gw", "劉冠文", "中山區", (AIR, COLD, HEIGHT), LATE),
    ("tsai.yc", "蔡雅琪", "中正區", (LAUNDRY, KITCHEN, TV), FROM_SUNDAY),
    ("yang.sh", "楊世賢", "中正區", (WATER, GAS), EARLY),
    ("hsu.by", "許博宇", "大同區", (COLD, AIR), WEEKEND),
    ("cheng.kl", "鄭國樑", "大同區", (LAUNDRY, WATER), SIX_DAYS),
    ("hsieh.mh", "謝明勳", "萬華區", (KITCHEN, LAUNDRY, COLD), EARLY),
    ("hung.cy", "洪振宇", "萬華區", (TV, AIR), MIDWEEK),
    ("kuo.hp", "郭惠萍", "士林區", (LAUNDRY, COLD, KITCHEN), WEEKEND),
    ("chiu.tk", "邱泰坤", "士林區", (AIR, HEIGHT, WATER), FROM_SUNDAY),
    ("tseng.yl", "曾永龍", "北投區", (WATER, GAS, COLD), EARLY),
    ("liao.js", "廖健勝", "內湖區", (AIR, COLD, LAUNDRY), SIX_DAYS),
    ("lai.ck", "賴正凱", "南港區", (TV, LAUNDRY, KITCHEN), LATE),
    ("chou.wc", "周維哲", "文山區", (LAUNDRY, AIR, WATER), FROM_SUNDAY),
]

ABSENCES = [
    Away("hung.cy", 0, time(13), time(18), "特休半天"),
    Away("cheng.kl", 1, time(0), time(23, 59), "教育訓練"),
]

# username, name, role; the clerk and the dispatcher belong to the outlet, the others to the centre.
OFFICE = [
    ("dispatcher", "江怡君", "dispatcher"),
    ("clerk", "何淑芬", "clerk"),
    ("agent", "葉佳蓉", "agent"),
    ("manager", "高文成", "manager"),
]


def technicians() -> list[Person]:
    """Return the twenty technicians; each lives in a street of their district."""
    people = []
    for index, (username, name, district, skills, shifts) in enumerate(_ROSTER, start=1):
        near = [street for street in streets("taipei") if street["district"] == district]
        street = near[index % len(near)]
        home = point(street, 7 * index % street["numbers"])
        number, permit = f"+886910000{index:03d}", f"TP-{index:03d}"
        people.append(Person(username, name, number, permit, sum(skills, ()), tuple(shifts), home))
    return people
