"""Every sentence is there in all three languages, and nothing a person reads bypasses the catalogues."""

import ast
import gettext
import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.utils import translation

from dispatch.lifecycle import REGISTRY
from dispatch.models import State
from web.shared.management.commands.messages import FOLDERS, LANGUAGES, collect, merged, po_file, told, untranslated

ROOT = Path(settings.BASE_DIR)
CODES = {"zh_Hans": "zh-hans", "zh_Hant": "zh-hant"}
PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w*(?::\w)?\}|</?\w+[^>]*>|\b[HD]-[A-Z]\d+\b|https?://\S+")
IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
# What each script's old character set lets through although the other script alone writes it so today
ALSO_SIMPLIFIED = "万与么于价优体党听坏复宁岭并怀怜据机杠极气涂痒确种网腊虫触适几"
ALSO_TRADITIONAL = "於瞭"


def catalogue(language):
    with po_file(ROOT, language).open("rb") as file:
        return read_po(file, locale=language)


def sentences(language):
    """Yield (source, translation) of a language; each plural form of the source beside each of the translation."""
    for message in catalogue(language):
        if message.id:
            for source in message.id if isinstance(message.id, tuple) else (message.id,):
                for said in told(message):
                    yield source, said


@pytest.fixture(scope="module")
def found():
    return collect(ROOT)


# The catalogues are whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_sources_is_translated(language, found):
    missing = [message.id for message in untranslated(merged(found, po_file(ROOT, language), language))]
    assert missing == [], "run `manage.py messages` and translate these"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_of_a_sentence_nobody_says(language, found):
    said = {(message.id, message.context) for message in found}
    assert [message.id for message in catalogue(language) if (message.id, message.context) not in said] == []


def test_the_collector_finds_python_templates_plurals_and_contexts(tmp_path):
    for folder in FOLDERS:
        (tmp_path / folder).mkdir()
    (tmp_path / "web" / "some.py").write_text(
        'a = _("One")\nb = ngettext("%d cup", "%d cups", n)\nc = pgettext_lazy("tea", "Two")\n'
    )
    (tmp_path / "web" / "some.html").write_text(
        "{% load i18n %}<p>{% translate 'Three' %}</p>\n"
        "  {% blocktranslate count n=n %}{{ n }} pot{% plural %}{{ n }} pots{% endblocktranslate %}"
    )
    seen = {(message.id, message.context) for message in collect(tmp_path) if message.id}
    assert seen == {
        ("One", None),
        (("%d cup", "%d cups"), None),
        ("Two", "tea"),
        ("Three", None),
        (("%(n)s pot", "%(n)s pots"), None),
    }


# The translations are sound


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_tags_and_rules_are_those_of_the_source(language):
    wrong = []
    for source, said in sentences(language):
        want, have = sorted(PLACES.findall(source)), sorted(PLACES.findall(said))
        # One form of a plural may do without the figure ("One thing is missing first").
        if want != have and set(want) - {"%(n)s", "%d"} != set(have) - {"%(n)s", "%d"}:
            wrong.append((source, said))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_keeps_the_figure_of_its_general_form(language):
    plurals = [message for message in catalogue(language) if isinstance(message.id, tuple)]
    assert plurals
    for message in plurals:
        for said in told(message):
            assert sorted(PLACES.findall(message.id[-1])) == sorted(PLACES.findall(said)), message.id


@pytest.mark.parametrize(
    ("language", "encoding", "other"),
    [("zh_Hans", "gb2312", ALSO_TRADITIONAL), ("zh_Hant", "big5", ALSO_SIMPLIFIED)],
)
def test_each_script_is_its_own(language, encoding, other):
    strangers = {}
    for _source, said in sentences(language):
        for letter in IDEOGRAPH.findall(said):
            if letter in other or not letter.encode(encoding, "ignore"):
                strangers.setdefault(letter, said)
    assert strangers == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_chinese_sentences_have_chinese_signs(language):
    """Full-width commas, colons and full stops next to ideographs; nothing is shouted."""
    half = re.compile(r"[\u3400-\u9fff][,:;?!(]|[,:;?!)][\u3400-\u9fff]|[\u3400-\u9fff]\.$|:%|!|\uff01")
    assert [said for _source, said in sentences(language) if half.search(said)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_spaces_and_the_end_of_a_sentence_are_kept(language):
    wrong = []
    for source, said in sentences(language):
        if not WORD.search(source):
            continue  # a sign between the items of a list
        edges = (source[:1].isspace(), source[-1:].isspace()) == (said[:1].isspace(), said[-1:].isspace())
        if not edges or (len(source) > 30 and source.endswith(".") and not said.endswith(("。", "」", "”"))):
            wrong.append((source, said))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_compiles(language):
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    assert gettext.GNUTranslations(compiled).gettext("Assigned") in ("已派单", "已派工")


@pytest.mark.parametrize("code", CODES.values())
def test_states_and_actions_are_shown_in_the_language(code):
    with translation.override(code):
        labels = [str(state.label) for state in State] + [str(verb.label) for verb in REGISTRY.values()]
    assert len(labels) > len(State)
    assert [label for label in labels if not IDEOGRAPH.search(label)] == []


@pytest.mark.parametrize("code", CODES.values())
def test_django_and_what_refuses_a_value_speak_the_language_too(code):
    """Their own catalogues are named zh_Hans and zh_Hant as ours are; what those lack is in config.borrowed."""
    fields = [field for verb in REGISTRY.values() if verb.data for field in verb.data().fields.values()]
    with translation.override(code):
        said = {str(why) for field in fields for why in field.error_messages.values()}
        said |= {translation.gettext(one) for one in ("Please correct the error below.", "Django administration")}
    assert len(said) > 20
    assert [one for one in said if not IDEOGRAPH.search(one)] == []


# Nothing a person reads bypasses the catalogues

NAMES = {"Doorstep", "WGS-84", "E.164", "min", "GET", "CSV", "XLSX", "Enter", "Alt", "Ctrl", "Esc"}  # keys as marked
READ = {"title", "aria-label", "placeholder", "alt", "data-label", "label"}
GUIDE = {"style.html", "style_pane.html"}  # for those who build pages; 404 unless DEBUG
WORD = re.compile(r"[A-Za-z\u3400-\u9fff]{2,}")


class Visible(HTMLParser):
    """Collects what a person would read in a template with its tags taken out."""

    def __init__(self):
        super().__init__()
        self.read, self.hidden = [], 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in ("script", "style")
        self.read += [value for name, value in attrs if name in READ and value]
        kind = dict(attrs).get("type")
        if tag == "input" and kind in ("submit", "button"):
            self.read.append(dict(attrs).get("value") or "")

    def handle_endtag(self, tag):
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.hidden:
            self.read.append(data)


def visible(source):
    """Return the texts of a template that no translation tag holds."""
    kept, inside = [], ""
    source = re.sub(r"\{% block \w*(?:class|attrs)\w* %\}.*?\{% endblock[ \w]*%\}", "", source, flags=re.S)
    for token in Lexer(re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", source, flags=re.S)).tokenize():
        if token.token_type == TokenType.BLOCK:
            name = token.contents.split()[0]
            if name in ("blocktranslate", "blocktrans"):
                inside = name
            elif inside and name == f"end{inside}":
                inside = ""
        elif token.token_type == TokenType.TEXT and not inside:
            kept.append(token.contents)
    reader = Visible()
    reader.feed("".join(kept))
    words = [word for text in reader.read for word in WORD.findall(text)]
    return [word for word in words if word not in NAMES]


TEMPLATES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("templates/**/*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_speaks_past_the_catalogues(path):
    if path.name not in GUIDE:
        assert visible(path.read_text("utf-8")) == []


def test_the_check_of_templates_sees_what_it_should():
    source = (
        '{% comment %}No one reads this{% endcomment %}<p title="Hello">{% translate "Fine" %} {{ fine }} Bad</p>'
        "<script>let fine</script>{% blocktranslate %}Fine{% endblocktranslate %}"
    )
    assert sorted(visible(source)) == ["Bad", "Hello"]


SHOWN = {"label", "verbose_name", "verbose_name_plural", "description", "empty_label", "short_description"}
SHOWN |= {"help_text", "error_message", "site_header", "site_title", "index_title", "violation_error_message"}
SPEAKERS = {"ValidationError", "success", "error", "warning", "info", "Lack"}
# Read by those who write programs against the API, in English, or by those who run commands
FOR_PROGRAMMERS = ("dispatch/api/", "management/commands/", "web/shared/views.py", "migrations/", "tests/")
LANGUAGE_CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


def bare(node):
    """Whether a node is text a person would read as it stands."""
    if isinstance(node, ast.JoinedStr):
        return any(bare(part) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(re.search("[a-z]{2}", node.value))


def called(node):
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def spoken(tree):
    """Yield (line, what is wrong) of a Python file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for item in node.keywords:
                if item.arg in SHOWN and bare(item.value):
                    yield item.value.lineno, item.arg
            owner = getattr(getattr(node.func, "value", None), "id", "")
            if called(node) in SPEAKERS and owner in ("", "messages", "serializers", "forms"):
                for one in node.args:
                    if bare(one) and " " in ast.unparse(one):
                        yield one.lineno, called(node)
            if called(node) in LANGUAGE_CALLS and node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
                yield node.lineno, "a sentence put together before it is looked up"
        if isinstance(node, ast.ClassDef) and any("Choices" in ast.unparse(base) for base in node.bases):
            for line in node.body:
                value = getattr(line, "value", None)
                if isinstance(line, ast.Assign) and isinstance(value, ast.Tuple) and bare(value.elts[-1]):
                    yield line.lineno, "choice"
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            for line in node.body:
                if isinstance(line, ast.Assign) and line.targets[0].id in SHOWN and bare(line.value):
                    yield line.lineno, line.targets[0].id


def test_no_python_speaks_past_the_catalogues():
    wrong = []
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            where = str(path.relative_to(ROOT))
            if not any(part in where for part in FOR_PROGRAMMERS):
                tree = ast.parse(path.read_text("utf-8"))
                wrong += [f"{where}:{line} {what}" for line, what in spoken(tree)]
    assert wrong == []


def test_the_check_of_python_sees_what_it_should():
    source = (
        'a = Field(label="Bad")\nb = Field(label=_("Fine"))\n_(f"bad {n}")\nmessages.error(request, "Bad too")\n'
        'class Kind(models.TextChoices):\n    A = "a", "Bad"\n    B = "b", _("Fine")\n'
    )
    assert [line for line, _what in sorted(spoken(ast.parse(source)))] == [1, 3, 4, 6]


@pytest.mark.parametrize("path", sorted(ROOT.glob("web/*/static/**/*.js")), ids=lambda path: path.name)
def test_no_script_speaks_for_itself(path):
    """What scripts show comes from the page, in its language: their own texts are names and selectors."""
    code = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text("utf-8"), flags=re.S)
    texts = [text for _sign, text in re.findall(r"([\"'`])((?:(?!\1)[^\\\n]|\\.)*)\1", code)]
    assert [text for text in texts if re.match(r"[A-Z][a-z]+ [a-z]+|[a-z]+ [a-z]+ [a-z]+$", text)] == []
    assert not IDEOGRAPH.search(code)
