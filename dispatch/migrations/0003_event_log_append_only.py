"""The event log can only grow (H-N2): the database itself refuses to change or empty it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION refuse_event_log_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'H-N2: the event log is append-only, % is refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER event_log_append_only BEFORE UPDATE OR DELETE ON dispatch_orderevent
    FOR EACH ROW EXECUTE FUNCTION refuse_event_log_change();
CREATE TRIGGER event_log_no_truncate BEFORE TRUNCATE ON dispatch_orderevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_log_change();
-- ALWAYS: also on a replica session, where ordinary triggers sleep
ALTER TABLE dispatch_orderevent ENABLE ALWAYS TRIGGER event_log_append_only;
ALTER TABLE dispatch_orderevent ENABLE ALWAYS TRIGGER event_log_no_truncate;
"""

BACKWARD = """
DROP TRIGGER event_log_append_only ON dispatch_orderevent;
DROP TRIGGER event_log_no_truncate ON dispatch_orderevent;
DROP FUNCTION refuse_event_log_change();
"""


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0002_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
