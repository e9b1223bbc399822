from django.db import migrations

from vital.sql import sql_twin


class Migration(migrations.Migration):
    dependencies = [("personas", "0020_revisions")]
    operations = [sql_twin()]
