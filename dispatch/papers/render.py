"""A snapshot in, a PDF out. Same snapshot, same bytes: a paper printed again is the same paper.

Typst sets the type. What people wrote reaches it as JSON in `sys.inputs`, never as part of a template, so that a name
which looks like code is printed as a name. Only our own fonts are used: a paper looks alike wherever it is made.

A `typst.Compiler` must not be used by two threads at once, so each paper has its own; the fonts are read once for the
process and shared, they never change. The first paper costs some 30 ms more than the others.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path

import typst

from dispatch.papers.dress import dressed

KINDS = ("receipt", "invoice", "credit_note", "quote", "slip")
TEMPLATES = Path(__file__).resolve().parent / "templates"
FONTS = Path(__file__).resolve().parents[2] / "node_modules" / "@expo-google-fonts"
FAMILIES, WEIGHTS = ("noto-sans-sc", "noto-sans-tc"), ("400Regular", "700Bold")
FOLDERS = [FONTS / family / weight for family in FAMILIES for weight in WEIGHTS]


class NoFonts(RuntimeError):
    """The fonts of package-lock.json are not there."""


def render(kind: str, paper: dict, picture: bytes = b"") -> bytes:
    """Return the PDF of a paper.

    kind: one of KINDS. paper: what is printed, as `dispatch.papers.dress` describes it. picture: the customer's
    signature as PNG, JPEG or WebP, if there is one. Raises ValueError for an unknown kind or a picture that is none,
    NoFonts where `npm ci` never ran.
    """
    if kind not in KINDS:
        raise ValueError(f"no such paper: {kind}")
    inputs = {"paper": json.dumps(dressed(kind, paper), ensure_ascii=False)}
    if picture:
        inputs["picture"] = json.dumps(list(picture))  # Typst reads no base64
    compiler = typst.Compiler(TEMPLATES / f"{kind}.typ", root=TEMPLATES, font_paths=_fonts(), sys_inputs=inputs)
    try:
        return compiler.compile(format="pdf", timestamp=int(datetime.fromisoformat(paper["issued_at"]).timestamp()))
    except typst.TypstError as error:
        if picture:
            raise ValueError(f"the signature cannot be drawn: {error.message}") from error
        raise


@cache
def _fonts() -> typst.Fonts:
    """Return our fonts and no others. Raises NoFonts."""
    if missing := [str(folder) for folder in FOLDERS if not folder.is_dir()]:
        raise NoFonts(f"Run npm ci first, as `make run` does: there is no {missing[0]}")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=FOLDERS)
