"""Phone numbers: one spelling inside (E.164), masked where the number is no longer needed."""

import phonenumbers


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


def masked(phone: str) -> str:
    """Return a number of which only the ends are left, as +8869•••••678."""
    if len(phone) < 11:  # too short to show both ends and still hide anything
        return "•••" + phone[-2:] if len(phone) > 4 else "•••" * bool(phone)
    return phone[:5] + "•" * (len(phone) - 8) + phone[-3:]
