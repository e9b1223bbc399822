from django.db import migrations

from vital.sql import sql_twin


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_tables"), ("tenancy", "0002_isolation")]
    operations = [sql_twin()]
