"""Deliveries wait in the order in which they were written; when one is tried again is the receiver's business."""

from django.db import migrations, models

TELL = """
CREATE OR REPLACE FUNCTION tell_hooks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dispatch_delivery (webhook_id, order_id, seq, action, made_at, state, tries, {more}error)
    SELECT h.id, w.order_id, w.seq, w.action, w.at, 'waiting', 0, {values}''
    FROM dispatch_webhook h
    JOIN written w ON cardinality(h.events) = 0 OR w.action = ANY (h.events)
    JOIN dispatch_serviceorder o ON o.id = w.order_id AND (h.outlet_id IS NULL OR h.outlet_id = o.outlet_id)
    WHERE h.active
    ORDER BY w.order_id, w.seq;
    RETURN NULL;
END $$;
"""
FORWARD = TELL.format(more="", values="")
BACKWARD = TELL.format(more="next_try_at, ", values="w.at, ")


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0025_uploads")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RemoveIndex(model_name="delivery", name="delivery_due"),
        migrations.RemoveField(model_name="delivery", name="next_try_at"),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["webhook", "id"], name="delivery_in_order"
            ),
        ),
    ]
