"""`manage.py standard`: each rule of the service standard, where it is in the code, and which tests hold it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from dispatch.standard import BUILT, NOT_YET, PARTLY, RULES

CODE = ("config", "customers", "technicians", "dispatch", "web")
LANGUAGES = (".py", ".html", ".js")
CITED = re.compile(r"\bH-[A-Z]\d+\b")
A_TEST = re.compile(r"^(?:    )?(?:async )?def (test_\w+)")
IN_NAME = re.compile(r"_h_([a-z])(\d+)(?=_|$)")
OURS = {Path("dispatch/standard.py"), Path("dispatch/management/commands/standard.py")}


def in_code(root: Path) -> dict[str, list[str]]:
    """Return rule → places ("file:line") that cite it, without tests and the list itself."""
    places = defaultdict(list)
    for path in _files(root, CODE):
        if path.relative_to(root) in OURS:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for rule in sorted(set(CITED.findall(line))):
                places[rule].append(f"{path.relative_to(root)}:{number}")
    return places


def in_tests(root: Path) -> dict[str, list[str]]:
    """Return rule → tests ("file::name") that cite it in their name or body."""
    tests = defaultdict(list)
    for path in _files(root, ("tests",)):
        name = ""
        for line in path.read_text().splitlines():
            begins = A_TEST.match(line)
            name = begins[1] if begins else "" if re.match(r"\w|@", line) else name
            cited = set(CITED.findall(line)) if name else set()
            cited |= {f"H-{letter.upper()}{number}" for letter, number in IN_NAME.findall(begins[1] if begins else "")}
            for rule in cited:
                if (test := f"{path.relative_to(root)}::{name}") not in tests[rule]:
                    tests[rule].append(test)
    return tests


def _files(root: Path, folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in (root / folder).rglob("*") if path.suffix in LANGUAGES)


class Command(BaseCommand):
    help = "Print each rule of the service standard, where it is in the code, which tests hold it, and what is left."

    def add_arguments(self, parser):
        parser.add_argument("rules", nargs="*", help="only these, as H-D1; all when none is named")
        parser.add_argument("--short", action="store_true", help="one line for each rule")

    def handle(self, *args, **options):
        code, tests = in_code(settings.BASE_DIR), in_tests(settings.BASE_DIR)
        wanted = [RULES[rule] for rule in RULES if not options["rules"] or rule in options["rules"]]
        for rule in wanted:
            places, held = code.get(rule.id, []), tests.get(rule.id, [])
            left = f" (left: {rule.left})" if rule.left else ""
            self.stdout.write(f"{rule.id:6} {rule.status:8} {rule.title}{left}")
            if options["short"]:
                continue
            for word, found in (("code", places), ("test", held)):
                for place in found:
                    self.stdout.write(f"         {word}  {place}")
        count = {status: sum(rule.status == status for rule in wanted) for status in (BUILT, PARTLY, NOT_YET)}
        self.stdout.write(", ".join(f"{number} {status}" for status, number in count.items()))
