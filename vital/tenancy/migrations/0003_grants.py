from django.db import migrations

from vital.sql import sql_twin


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0002_isolation")]
    operations = [sql_twin()]
