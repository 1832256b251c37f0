"""A part is found as people say it: without minding case and dashes, by its name in any language."""

import pytest

from customers.models import Appliance
from technicians import stock
from technicians.stock.find import bare
from tests.stocking import make_model, make_part

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["DV31-00.1A", "dv31001a", "dv 31-001a", "DV31_001A"])
def test_a_number_however_it_is_written(text):
    pump = make_part("DV31-001A")
    make_part("DV31-002A")
    assert stock.the_part(text) == pump


@pytest.mark.parametrize("text", ["heater sensor", "SENSOR heater", "加熱感應", "加热传感器", "HS-9 · anything"])
def test_a_name_in_any_language(text):
    names = {"name_en": "Heater sensor", "name_zh_hans": "加热传感器", "name_zh_hant": "加熱感應器"}
    sensor = make_part("HS-9", **names)
    make_part()
    assert stock.the_part(text) == sensor


def test_of_several_the_one_that_fits():
    model, other = make_model(), make_model("ABC")
    mine = make_part(fits=(model,), name_en="Door seal A")
    make_part(fits=(other,), name_en="Door seal B")
    fits = stock.fitting(Appliance(model_no=" xqg-70 "))
    assert stock.the_part("door seal", fits) == mine
    with pytest.raises(stock.SeveralParts) as several:
        stock.the_part("door seal")
    assert len(several.value.parts) == 2


def test_a_short_number_is_not_taken_for_a_longer_one():
    short = make_part("AB-1")
    make_part("AB-12")
    assert stock.the_part("ab1") == short


@pytest.mark.parametrize("text", ["", "   ", "-", "%", "nothing like it", "\x00", "' OR 1=1"])
def test_what_is_no_part(text):
    make_part()
    with pytest.raises(stock.NoSuchPart):
        stock.the_part(text)


def test_what_fits_comes_first():
    model, other = make_model(), make_model("ABC")
    foreign = make_part("A-1", fits=(other,))
    anywhere, mine = make_part("A-2"), make_part("A-3", fits=(model,))
    fits = stock.fitting(Appliance(model_no="XQG70"))
    assert list(stock.search("a", fits)) == [mine, anywhere, foreign]


def test_an_unknown_model_fits_nothing_in_particular():
    make_model()
    assert not stock.fitting(Appliance(model_no="")).exists()
    assert not stock.fitting(Appliance(model_no="XQG71")).exists()


def test_numbers_are_compared_alike_here_and_in_the_database():
    part = make_part("Ab_9-9")
    make_part("AB-991")
    assert stock.the_part(bare(part.code)) == part
