"""H-R1: who did the work asks how it is only where they doubted it themselves; other policies go to the centre."""

from django.db import migrations, models

TO_THE_CENTRE = "UPDATE dispatch_callbackpolicy SET role = 'agent' WHERE role <> 'agent' AND kind <> 'uncertain'"


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0020_hooks_follow_the_log")]

    operations = [
        migrations.RunSQL(TO_THE_CENTRE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="callbackpolicy",
            constraint=models.CheckConstraint(
                name="policy_technician_only_in_doubt",
                condition=models.Q(("role", "agent"), ("kind", "uncertain"), _connector="OR"),
                violation_error_message="The technician calls back only when not sure that the repair holds.",
            ),
        ),
    ]
