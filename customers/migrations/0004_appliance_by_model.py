"""Appliances are found by their model: what fixed the same trouble before (H-A1)."""

from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_matter_of_the_trade")]
    operations = [
        migrations.AddIndex(model_name="appliance", index=models.Index(Upper("model_no"), name="appliance_by_model"))
    ]
