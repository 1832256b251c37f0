"""Every text colour can be read on every ground it is used on, in both themes."""

import pytest

from tests.web.shared.contrast import contrast, tokens

STATES = [
    "ready",
    "assigned",
    "accepted",
    "contacted",
    "enroute",
    "onsite",
    "diagnosed",
    "charged",
    "followup",
    "closed",
    "workshop",
    "exception",
    "late",
]
GROUNDS = ("ground", "surface", "raised")
TEXT = [(text, ground) for text in ("text", "text-quiet", "accent-text", "danger") for ground in GROUNDS]
TEXT += [
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-danger", "danger"),
    ("on-danger", "danger-strong"),
]
TEXT += [(text, "accent-tint") for text in ("text", "text-quiet", "accent-text")]
TEXT += [(text, f"{state}-tint") for state in STATES for text in (f"{state}-text", "text", "text-quiet")]
TEXT += [(f"{state}-text", ground) for state in STATES for ground in GROUNDS]
MARKS = [("line-strong", ground) for ground in ("ground", "surface", "raised")]
MARKS += [("accent", ground) for ground in GROUNDS]
MARKS += [(f"{state}-line", ground) for state in STATES for ground in ("surface", f"{state}-tint")]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_reaches_4_5(theme, text, ground):
    colours = tokens()[theme]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_borders_and_shapes_reach_3(theme, mark, ground):
    colours = tokens()[theme]
    assert contrast(colours[mark], colours[ground]) >= 3


def test_black_on_white_is_21():
    assert contrast((0, 0, 0), (1, 0, 0)) == pytest.approx(21, abs=0.01)


def test_state_tints_differ_from_each_other():
    for colours in tokens().values():
        tints = [colours[f"{state}-tint"] for state in STATES]
        assert len(set(tints)) == len(STATES)
