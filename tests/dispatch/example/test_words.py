"""Every word of the example stands in three languages, each in its own letters."""

import pytest

from dispatch.example import data

FILES = ("catalogue", "models", "parts", "kits", "checklists", "prices", "shops", "standard_texts")
LANGUAGES = ("en", "zh_hans", "zh_hant")
MAINLAND = ("空调", "屏幕", "软件", "传感器", "电机", "制冷剂", "燃气", "保修", "扬声器", "网络", "冷冻室")
TRADITIONAL = str.maketrans("调软传电机剂气扬声网络冻", "調軟傳電機劑氣揚聲網絡凍")


def texts(node):
    """Return every (name, {language: text}) below a node."""
    if isinstance(node, list):
        return [found for child in node for found in texts(child)]
    if not isinstance(node, dict):
        return []
    names = {key[: -len("_en")] for key in node if key.endswith("_en")}
    here = [(name, {language: node.get(f"{name}_{language}") for language in LANGUAGES}) for name in sorted(names)]
    return here + [found for child in node.values() for found in texts(child)]


@pytest.mark.parametrize("file", FILES)
def test_three_languages_or_none(file):
    found = texts(data.read(file))
    assert found
    for name, said in found:
        assert name == "hint" or all(said.values()), said
        assert all(said.values()) or not any(said.values()), said


@pytest.mark.parametrize("file", FILES)
def test_each_in_its_own_letters(file):
    """GB 2312 holds simplified letters only, Big5 traditional ones only."""
    for _name, said in texts(data.read(file)):
        (said["zh_hans"] or "").encode("gb2312")
        (said["zh_hant"] or "").encode("big5")


@pytest.mark.parametrize("file", FILES)
def test_taiwan_has_words_of_its_own(file):
    said = " ".join(words["zh_hant"] or "" for _name, words in texts(data.read(file)))
    for word in MAINLAND:
        assert word.translate(TRADITIONAL) not in said, word


@pytest.mark.parametrize("file", FILES)
def test_nothing_is_a_filler(file):
    names = [words["en"] for name, words in texts(data.read(file)) if name == "name"]
    assert not any(name.split()[-1].isdigit() and name.split()[0] in ("Part", "Model", "Fault") for name in names)
