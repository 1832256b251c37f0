"""The first steps of a start: translations without gettext's programs, a port that is free, settings that fit."""

import gettext
import os
import socket

import pytest
from django.conf import settings

from config.embedded.process import ServiceError
from config.prepare import compile_messages
from config.up import free_port

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Sign in"
msgstr "登入"

msgid "%(n)s order"
msgid_plural "%(n)s orders"
msgstr[0] "%(n)s 筆工單"

#, fuzzy
msgid "Sign out"
msgstr "大概"
"""


def test_translations_are_compiled_once_and_again_when_they_change(tmp_path):
    source = tmp_path / "zh_Hant" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO, encoding="utf-8")
    (made,) = compile_messages(tmp_path)
    with made.open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Sign in") == "登入"
    assert words.ngettext("%(n)s order", "%(n)s orders", 5) == "%(n)s 筆工單"
    assert words.gettext("Sign out") == "Sign out"  # a guess is no translation
    assert compile_messages(tmp_path) == []
    source.write_text(PO.replace("登入", "登錄"), encoding="utf-8")
    later = made.stat().st_mtime + 5
    os.utime(source, (later, later))
    assert compile_messages(tmp_path) == [made]


def test_no_translations_yet_is_no_error(tmp_path):
    assert compile_messages(tmp_path / "locale") == []


def test_a_taken_port_is_said_with_a_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ServiceError, match=rf"(?s)Port {port} is taken.*PORT=\d+ make run") as said:
            free_port(str(port))
    assert "\n    PORT=" in str(said.value)
    assert free_port(str(port)) == port


@pytest.mark.parametrize("text", ["", "http", "0", "65536", "-1", "80 00"])
def test_what_is_no_port_is_said(text):
    with pytest.raises(ServiceError, match="is not a port"):
        free_port(text)


def test_a_task_ends_before_the_queue_would_hand_it_out_again():
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT < options["visibility_timeout"]
