from django.db import migrations

from vital.sql import sql_twin


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_tables"), ("admin", "0003_logentry_add_action_flag_choices")]
    operations = [sql_twin()]
