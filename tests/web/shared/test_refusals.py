"""A refusal says what is missing, why, and where to mend it."""

from django.template.loader import render_to_string

from dispatch.lifecycle import Lack
from web.shared.refusals import taught

LACKS = [
    Lack("H-D1", "kit", "Check the bag against the list first.", "check_kit"),
    Lack("H-C6", "angry", "The customer has not agreed to a visit."),
]


def test_a_lack_with_a_verb_gets_its_button():
    first, second = taught(LACKS, link=lambda verb: f"/orders/1/{verb}/")
    assert (first["fix_url"], str(first["fix_label"])) == ("/orders/1/check_kit/", "Check the bag")
    assert "second visit" in str(first["why"]) and second["fix_url"] is None


def test_without_a_way_for_this_person_the_words_stand_alone():
    assert all(drawn["fix_url"] is None for drawn in taught(LACKS))


def test_the_panel_says_all_of_it():
    html = render_to_string("shared/refusal.html", {"refusals": taught(LACKS, link=lambda verb: "/x/")})
    assert "2 things are missing first" in html and "H-D1" in html and 'href="/x/"' in html
    assert "Check the bag against the list first." in html and 'role="alert"' in html


def test_lacks_of_one_rule_with_one_remedy_are_told_together():
    tools = [Lack("H-F12", f"tool_{name}", f"Not back in the bag: {name}.", "complete") for name in ("torch", "ladder")]
    drawn = taught([*LACKS, *tools], link=lambda verb: "/x/")
    assert [len(line.get("many", ["one"])) for line in drawn] == [1, 1, 2]
    html = render_to_string("shared/refusal.html", {"refusals": drawn})
    assert "4 things are missing first" in html and html.count("A tool left behind") == 1
    assert "torch" in html and "ladder" in html
