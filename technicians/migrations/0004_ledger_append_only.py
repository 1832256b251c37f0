"""The ledger of moves can only grow: a mistake is put right by another move, never by rewriting the first."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'H-N2: % is append-only, % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER move_append_only BEFORE UPDATE OR DELETE ON technicians_move
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE technicians_move ENABLE ALWAYS TRIGGER move_append_only;
"""

BACKWARD = """
DROP TRIGGER move_append_only ON technicians_move;
DROP FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("technicians", "0003_matter_of_the_trade")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
