from django.db import migrations

from vital.sql import sql_twin


class Migration(migrations.Migration):
    dependencies = [("personas", "0021_published")]
    operations = [sql_twin()]
