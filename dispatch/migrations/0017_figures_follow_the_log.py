"""Whatever is written into the event log makes its order one to be counted again, in the same transaction."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION count_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dispatch_kpistale (order_id) SELECT DISTINCT order_id FROM written;
    RETURN NULL;
END $$;
CREATE TRIGGER event_log_count_again AFTER INSERT ON dispatch_orderevent
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_again();
INSERT INTO dispatch_kpistale (order_id) SELECT id FROM dispatch_serviceorder;
"""

BACKWARD = """
DROP TRIGGER event_log_count_again ON dispatch_orderevent;
DROP FUNCTION count_again();
"""


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0016_figures")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
