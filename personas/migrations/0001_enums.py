from django.db import migrations

from vital.sql import sql_twin


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0003_grants"), ("organisation", "0002_isolation"), ("lookups", "0001_tables")]
    operations = [sql_twin()]
