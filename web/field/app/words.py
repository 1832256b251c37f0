"""The words of the app on the phone: they travel with the shell, so that they are there without a signal.

Each part of the app has a dict of its own; a word's code is the part's name, a dot, and its key. `{n}` and the like are
filled in on the phone. A word that is counted is a pair: how one is said, and how many are.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from web.field.app.words_visit import VISIT
from web.shared.when import WORDS as TIMES

SHELL = {
    "day": _("My day"),
    "calls": _("My calls"),
    "van": _("My van"),
    "me": _("Me"),
    "back": _("Back"),
    "close": _("Close"),
    "again": _("Try again"),
    "unsent": (_("{n} not sent yet"), _("{n} not sent yet")),
    "all_sent": _("All sent"),
    "refused": (_("{n} not taken"), _("{n} not taken")),
    "offline": _("No signal"),
    "sending": _("Sending"),
    "here": _("Done here"),
    "sos": _("Alarm"),
    "sos_hold": _("Hold it for a second"),
    "sign_in": _("Sign in again"),
    "signed_out": _("You have been signed out. What you did is kept here; sign in, and it is sent."),
    "other_person": _("Somebody else was signed in on this phone and has {n} not sent. Only they can send it."),
    "sign_out": _("Sign out"),
    "sign_out_unsent": _("{n} not sent yet. It stays on this phone for you, and is sent when you sign in again."),
    "sign_out_anyway": _("Sign out and keep it"),
    "stay": _("Stay"),
    "new_version": _("A new version is ready"),
    "reload": _("Use it now"),
    "install": _("Put it on the home screen"),
    "loading": _("Reading your day"),
    "unread": _("Your day could not be read. It is tried again by itself."),
    "full_page": _("The whole file of the order"),
    "needs_signal": _("Needs a signal"),
    "elsewhere": _("This is the technicians' app, and you are not signed in as a technician."),
    "leave": _("To my own pages"),
    "broken": _("This screen could not be shown. What you did is kept."),
}

DAY = {
    "empty": _("Nothing for you yet"),
    "empty_why": _("When the dispatcher gives you an order it stands here, with a button to accept it."),
    "today": _("Today"),
    "new": _("New for you"),
    "later": _("Later"),
    "bench": _("At your bench"),
    "waiting": _("Waiting for somebody else"),
    "record": _("Records to finish today"),
    "leave": _("Leave"),
    "until": _("until {at}"),
    "travel": _("{n} min on the way"),
    "load": _("To load"),
    "changed": _("Changed by {who}: {what}"),
    "call": _("Call"),
    "navigate": _("Navigate"),
    "copy": _("Copy the address"),
    "copied": _("Copied"),
    "map_geo": _("The phone's own map"),
    "map_apple": _("Apple Maps"),
    "map_google": _("Google Maps"),
    "map_amap": _("Amap"),
    "map_baidu": _("Baidu Maps"),
    "map_tencent": _("Tencent Maps"),
    "no_place": _("This address is not on the map"),
    "go_on": _("Go on"),
    "next": _("Next"),
    "nothing_to_do": _("Nothing for you to do here now"),
    "symptom": _("Symptom"),
    "wish": _("Wished"),
    "model": _("Model"),
    "serial": _("Serial number"),
    "bought": _("Bought"),
    "note": _("Note"),
    "warranty": _("Warranty"),
    "history": _("History"),
    "photos": _("Photos"),
    "parts": _("Parts"),
    "else": _("Something else"),
    "risk": _("You may be late"),
    "sos_on": _("The alarm is on. The centre takes over; go somewhere safe."),
    "escalated": _("With the after-sales manager: {what}. Wait for word before you go on."),
    "asked": _("A colleague asks you"),
    "gone": _("This order is not yours any more, or is finished."),
}

NOTSENT = {
    "title": _("Not sent yet"),
    "none": _("Everything you did has been sent."),
    "waits": _("Waits for a signal"),
    "held": _("Waits until the one before it is settled"),
    "refused": _("Not taken"),
    "settle": _("Do it again, put right"),
    "drop": _("Leave it"),
    "question": _("The centre has changed this too"),
    "mine": _("Yours: {value}"),
    "theirs": _("Theirs: {value}"),
    "send_mine": _("Send mine"),
    "take_theirs": _("Take theirs"),
    "send_now": _("Send now"),
    "full": _("This phone has no room left. Delete something else on it, then do it again; nothing you did is lost."),
}

ME = {
    "calendar": _("My calendar"),
    "figures": _("The last {n} days"),
    "visits": _("Visits"),
    "on_time": _("On time"),
    "first_time": _("Fixed at the first visit"),
    "content": _("Content when called"),
    "of": _("{n} of {all}"),
    "settlement": _("Today's settlement"),
    "books": _("Settle with the clerk"),
    "money": _("Money taken"),
    "no_money": _("No money taken today"),
    "total": _("Together"),
    "records": _("Records to finish"),
    "old_parts": _("Old parts to bring back"),
    "position": _("Send my position with what I record"),
    "position_off": _("Stop sending my position"),
    "language": _("Language"),
    "theme": _("Light or dark"),
    "auto": _("As the phone"),
    "light": _("Light"),
    "dark": _("Dark"),
    "permit": _("Work permit"),
    "outlet": _("Outlet"),
}

VAN = {
    "in": _("In the van"),
    "load": _("To load"),
    "coming": _("On its way"),
    "old": _("Old parts to bring back"),
    "empty": _("Nothing in the van"),
    "for": _("for {order}"),
    "free": _("{n} free"),
    "short": (_("{n} below its minimum"), _("{n} below their minimum")),
    "page": _("Request and count"),
    "no_calls": _("No calls to make"),
    "due": _("due"),
}

CAPTURE = {
    "take": _("Take a photo"),
    "choose": _("Choose a photo"),
    "remove": _("Remove"),
    "kept": _("Kept on this phone"),
    "shrinking": _("Making it smaller"),
    "most": _("{n} photos at most"),
    "heic": _("This photo format can't be read here. Set the camera to JPEG (most compatible) and take it again."),
    "unreadable": _("This picture can't be read. Take it again."),
    "empty": _("There is nothing in this picture. Take it again."),
    "huge": _("This picture is too large. Take it again with a lower resolution."),
    "sign_here": _("Sign here"),
    "clear": _("Clear"),
    "undo": _("Undo"),
    "scan": _("Scan"),
    "torch": _("Light"),
    "no_camera": _("The camera can't be used. Type the number."),
    "consent": _("May Doorstep send your position with what you record while you are on duty?"),
    "yes": _("Yes"),
    "no": _("No"),
}

NAMES = (("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文"))  # each in its own words
PARTS = {
    "shell": SHELL, "day": DAY, "notsent": NOTSENT, "me": ME, "van": VAN, "capture": CAPTURE, "visit": VISIT,
    "time": TIMES,
}  # fmt: skip


def words() -> dict[str, Any]:
    """Return {code: text, or [one, many]} in the active language."""
    found: dict[str, Any] = {"language": get_language(), "languages": [list(one) for one in NAMES]}
    for part, table in PARTS.items():
        for key, said in table.items():
            found[f"{part}.{key}"] = [str(one) for one in said] if isinstance(said, tuple) else str(said)
    return found
