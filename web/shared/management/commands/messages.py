"""Collect every sentence a person sees into the translation files, without gettext's own programs."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation.template import templatize

LANGUAGES = ("zh_Hans", "zh_Hant")
HEADER = """# Doorstep in {language}. `manage.py messages` keeps the list of sentences;
# docs/glossary.md has the words of the trade, one for each thing."""
FOLDERS = ("config", "customers", "technicians", "dispatch", "web")
# function → which of its arguments are sentences; ("c", n) is the context
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def collect(root: Path) -> Catalog:
    """Return every marked sentence of the Python files and templates below `root`, with the files that say it."""
    found = Catalog(charset="utf-8")
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts:
                where = str(path.relative_to(root))
                for message, context in _sentences(path):
                    found.add(message, locations=[(where, 0)], context=context)
    return found


def _sentences(path: Path) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """Yield (sentence or (one, many), context) of a file."""
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        if "{%" not in source:
            return
        # What templatize blanks out keeps its indentation, which no Python reader would take.
        source = "\n".join(line.lstrip() for line in templatize(source).splitlines())
    spoken = extract_python(BytesIO(source.encode()), KEYWORDS, [], {"encoding": "utf-8"})
    for _line, function, said, _comments in spoken:
        said = said if isinstance(said, tuple) else (said,)
        if function.startswith(("pgettext", "npgettext")):
            context, *said = said
        else:
            context = None
        plural = "ngettext" in function or "npgettext" in function
        if all(said[: 2 if plural else 1]):
            yield (tuple(said[:2]) if plural else said[0]), context


def po_file(root: Path, language: str) -> Path:
    """Return where the sentences of a language live."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def merged(found: Catalog, path: Path, language: str) -> Catalog:
    """Return the translations of `path` with what was found: new sentences empty, those no longer said left out."""
    catalog = Catalog(locale=language, charset="utf-8", project="Doorstep", fuzzy=False)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
    # The date would change with every run, and with it files in which nothing else did.
    catalog.update(found, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.project, catalog.version, catalog.msgid_bugs_address = "Doorstep", "1", ""
    catalog.last_translator = catalog.language_team = "Doorstep"
    catalog.header_comment = HEADER.format(language=catalog.locale.get_display_name("en"))
    return catalog


def untranslated(catalog: Catalog) -> list[Message]:
    """Return the sentences of a catalogue that have no translation yet."""
    return [message for message in catalog if message.id and not all(told(message))]


def told(message: Message) -> list[str]:
    """Return what a translation says: one text, or one for each plural form."""
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


class Command(BaseCommand):
    """`manage.py messages`: update locale/*/LC_MESSAGES/django.po and say what is still to be translated."""

    help = "Updates the translation files from the sources and tells what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything is missing")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Update, or only look."""
        root = Path(settings.BASE_DIR)
        found, missing = collect(root), 0
        for language in LANGUAGES:
            path = po_file(root, language)
            catalog = merged(found, path, language)
            empty = untranslated(catalog)
            missing += len(empty)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as file:
                    write_po(file, catalog, sort_output=True, omit_header=False, width=110, include_lineno=False)
            self.stdout.write(f"{language}: {len(catalog)} sentences, {len(empty)} to translate")
            for message in empty if check else ():
                self.stdout.write(f"  {message.id!r}")
        if check and missing:
            raise SystemExit(1)
