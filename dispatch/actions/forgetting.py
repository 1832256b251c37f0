"""Making a customer's rows nobody's: names, words they wrote, pictures of their home. What it was about stays."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from customers import pictures
from customers.models import Address, Customer
from dispatch.actions import films
from dispatch.actions.links import close_addresses
from dispatch.models import (
    Bill,
    CallbackAttempt,
    Claim,
    Film,
    Incident,
    KeptAct,
    Loan,
    Notice,
    NoticeEvent,
    NoticeState,
    OrderPhoto,
    Repair,
    ServiceOrder,
    Visit,
    WorkshopJob,
)

NOBODY = "–"
GOING = (NoticeState.QUEUED, NoticeState.HELD, NoticeState.SENDING)
SIGNED = ((Visit, "consent"), (Repair, "signed_by"), (WorkshopJob, "signed_by"), (Loan, "signed_by"))


def forget(customer: Customer, now: datetime) -> None:
    """Make all rows of a customer nobody's, in a transaction with their orders locked.

    The appliance keeps number and purchase date, the address its district, a rating its stars, a paper what is printed
    on it. Answers to quotes stay as they were given, like the log: the database refuses to change them (H-N2).
    """
    close_addresses(ServiceOrder.objects.filter(customer=customer), now)
    _told(customer)
    where = Address.objects.filter(customer=customer)
    where.update(line="", access_note="", latitude=None, longitude=None)
    _names(customer)
    _words(customer)
    customer.opt_outs.all().delete()
    customer.name = customer.phone = customer.phone_alt = customer.email = ""
    customer.save(update_fields=["name", "phone", "phone_alt", "email"])


def _told(customer: Customer) -> None:
    """What they and our own people were told of them; what was still to go goes no more, codes included."""
    known = [one for one in (customer.phone, customer.phone_alt, customer.email) if one]
    codes = Q(event=NoticeEvent.CODE, to__in=known)
    rows = Notice.objects.filter(Q(customer=customer) | Q(order__customer=customer) | codes)
    rows.filter(state__in=GOING).update(state=NoticeState.DROPPED)
    rows.filter(called_at=None).update(call_due_at=None)
    rows.update(to=NOBODY, subject="", body="", facts={})


def _names(customer: Customer) -> None:
    """That it was signed stays, by whom goes."""
    for rows, name in SIGNED:
        rows.objects.filter(order__customer=customer).exclude(**{name: ""}).update(**{name: NOBODY})
    bills = Bill.objects.filter(order__customer=customer).exclude(invoice_to="")
    bills.update(invoice_to=NOBODY, invoice_tax_no="")


def _words(customer: Customer) -> None:
    """What they wrote or said, which may name anybody and anything."""
    ServiceOrder.objects.filter(customer=customer).update(symptom="", wish="", note="")
    Repair.objects.filter(order__customer=customer).update(remarks="")
    CallbackAttempt.objects.filter(callback__order__customer=customer).update(note="")
    KeptAct.objects.filter(order__customer=customer).update(values={}, detail="", lacks=[])
    Claim.objects.filter(order__customer=customer).update(what=NOBODY)
    Incident.objects.filter(order__customer=customer).update(what="", latitude=None, longitude=None)
    customer.appliances.update(note="")


def forget_pictures(customers: list[Customer]) -> None:
    """Delete photos, films, signatures; but those under a slip, a loan or an answer to a quote stay as they were given.

    The last thing to be done: a file that is gone does not come back with the transaction.
    """
    rows = OrderPhoto.objects.filter(order__customer__in=customers)
    numbers = list(rows.values_list("photo_id", flat=True))
    rows.delete()
    pictures.forget(numbers)
    films.forget(Film.objects.filter(order__customer__in=customers))
