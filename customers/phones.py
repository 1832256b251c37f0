"""Phone numbers: one spelling inside (E.164), masked where the number is no longer needed."""

import re

import phonenumbers

ORDER = 6  # digits of an order's number, as it is printed
LEAST = 4  # digits of a number by which somebody is looked for: its end is what people remember


def e164(text: str, region: str) -> str:
    """Return a phone number as E.164; `region` (ISO 3166, as CN) is for numbers without a country code.

    Raises ValueError when it can't be a number there.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise ValueError(text) from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def digits_typed(text: str) -> str:
    """Return the digits to look for in stored numbers when somebody types a number or a part of one; "" otherwise.

    One zero or two in front are dialled and not stored. Two before four figures, or three, are an order's number, as
    001234 and #000339 are.
    """
    if re.search(r"[^\d\s()+.\-/]", text, re.ASCII):
        return ""
    digits = re.sub(r"\D", "", text)
    number = digits.startswith("000") or (digits.startswith("00") and len(digits) == ORDER)
    digits = digits if number else digits.lstrip("0")
    return digits if len(digits) >= LEAST else ""


def masked(phone: str) -> str:
    """Return a number of which only the ends are left, as +8869•••••678."""
    if len(phone) < 11:  # too short to show both ends and still hide anything
        return "•••" + phone[-2:] if len(phone) > 4 else "•••" * bool(phone)
    return phone[:5] + "•" * (len(phone) - 8) + phone[-3:]
