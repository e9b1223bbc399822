from django.db import migrations

from vital.sql import sql_twin


class Migration(migrations.Migration):
    dependencies = [("personas", "0012_state")]
    operations = [sql_twin()]
