"""A process that issues receipts: python -m tests.dispatch.papers.issuing BILL COUNT. Some are taken back at once."""

import os
import sys


def main(bill: int, count: int) -> None:
    """Issue `count` receipts for a bill, each in a transaction of its own; between them some are taken back."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from dispatch.actions.papers import issue
    from dispatch.models import Bill, PaperKind

    found = Bill.objects.select_related("order__outlet", "order__customer").get(pk=bill)
    for turn in range(count):
        if turn % 7 == 0:
            with transaction.atomic():
                issue(found.order, PaperKind.RECEIPT, timezone.now(), None, bill=found)
                transaction.set_rollback(True)  # something else of the same act was refused
        with transaction.atomic():
            issue(found.order, PaperKind.RECEIPT, timezone.now(), None, bill=found)


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:]))
