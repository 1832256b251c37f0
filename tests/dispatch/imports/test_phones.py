"""Phones as people write them become E.164; what is no number is refused with a reason."""

import pytest

from dispatch.imports.errors import BadValue
from dispatch.imports.phones import Phones, phones

MOBILE_TW, OFFICE_TW = "+886912345678", "+886227711234"
MOBILE_CN, OFFICE_CN = "+8613800138000", "+862164311234"

READ = [
    ("TW", "0912345678", [MOBILE_TW], ""),
    ("TW", "0912-345-678", [MOBILE_TW], ""),
    ("TW", "０９１２－３４５－６７８", [MOBILE_TW], ""),
    ("TW", " 0912  345 678\u200b", [MOBILE_TW], ""),
    ("TW", "+886 912 345 678", [MOBILE_TW], ""),
    ("TW", "+886-(0)912-345-678", [MOBILE_TW], ""),
    ("TW", "886912345678", [MOBILE_TW], ""),
    ("TW", "'+886912345678", [MOBILE_TW], ""),
    ("TW", 912345678, [MOBILE_TW], ""),
    ("TW", 912345678.0, [MOBILE_TW], ""),
    ("TW", 886912345678.0, [MOBILE_TW], ""),
    ("TW", "(02) 2771-1234", [OFFICE_TW], ""),
    ("TW", "(02) 2771-1234 轉 305", [OFFICE_TW], f"{OFFICE_TW} ext. 305"),
    ("TW", "02-27711234#305", [OFFICE_TW], f"{OFFICE_TW} ext. 305"),
    ("TW", "02-27711234 分機305", [OFFICE_TW], f"{OFFICE_TW} ext. 305"),
    ("TW", "0912-345-678 王太太", [MOBILE_TW], "王太太"),
    ("TW", "0912345678 / 02-27711234", [MOBILE_TW, OFFICE_TW], ""),
    ("TW", "0912345678、0922333444、02-27711234", [MOBILE_TW, "+886922333444"], OFFICE_TW),
    ("TW", "0912345678 0912-345-678", [MOBILE_TW], ""),
    ("TW", "0086 138 0013 8000", [MOBILE_CN], ""),
    ("CN", "13800138000", [MOBILE_CN], ""),
    ("CN", 13800138000.0, [MOBILE_CN], ""),
    ("CN", "+86-138 0013 8000", [MOBILE_CN], ""),
    ("CN", "0086-138 0013 8000", [MOBILE_CN], ""),
    ("CN", "138-0013-8000(李)", [MOBILE_CN], "李"),
    ("CN", "021-64311234转8012", [OFFICE_CN], f"{OFFICE_CN} ext. 8012"),
    ("CN", "13800138000,13900139000", [MOBILE_CN, "+8613900139000"], ""),
    ("CN", None, [], ""),
    ("CN", "", [], ""),
    ("CN", "无", [], ""),
    ("TW", "N/A", [], ""),
]


@pytest.mark.parametrize(("region", "cell", "numbers", "note"), READ)
def test_read(region, cell, numbers, note):
    assert phones(cell, region) == Phones(tuple(numbers), note)


@pytest.mark.parametrize(
    ("region", "cell", "says"),
    [
        ("TW", "091234567", "0912 345 678"),  # a digit short
        ("TW", "2771-1234", "area code"),
        ("CN", "1380013800", "“1380013800”"),
        ("CN", "abc", "not a phone number"),
        ("TW", "0912345678/091234567", "not a phone number"),  # the second must not be lost in silence
        ("TW", "8.86912E+11", "lost its last digits"),
        ("CN", "1.38E+10", "lost its last digits"),
        ("CN", "１３８００１３８０００１２３４５６７８９０", "not a phone number"),
    ],
)
def test_refused(region, cell, says):
    with pytest.raises(BadValue) as refusal:
        phones(cell, region)
    assert says in str(refusal.value)
