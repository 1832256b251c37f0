"""Papers, consents and warranty decisions are written once: what a customer was given or told stays as it was."""

from django.db import migrations

TABLES = ("dispatch_paper", "dispatch_consent", "dispatch_warrantydecision")
FORWARD = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only;
"""
    for table in TABLES
)
BACKWARD = "".join(f"DROP TRIGGER {table}_append_only ON {table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0005_matter_of_the_trade"), ("technicians", "0004_ledger_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
