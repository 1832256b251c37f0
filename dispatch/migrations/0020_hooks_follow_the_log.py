"""Whatever is written into the event log is to be told to the receivers who asked for it, in the same transaction."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION tell_hooks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dispatch_delivery
        (webhook_id, order_id, seq, action, made_at, state, tries, next_try_at, error)
    SELECT h.id, w.order_id, w.seq, w.action, w.at, 'waiting', 0, w.at, ''
    FROM dispatch_webhook h
    JOIN written w ON cardinality(h.events) = 0 OR w.action = ANY (h.events)
    JOIN dispatch_serviceorder o ON o.id = w.order_id AND (h.outlet_id IS NULL OR h.outlet_id = o.outlet_id)
    WHERE h.active;
    RETURN NULL;
END $$;
CREATE TRIGGER event_log_tell_hooks AFTER INSERT ON dispatch_orderevent
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION tell_hooks();
"""

BACKWARD = """
DROP TRIGGER event_log_tell_hooks ON dispatch_orderevent;
DROP FUNCTION tell_hooks();
"""


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0019_hooks")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
