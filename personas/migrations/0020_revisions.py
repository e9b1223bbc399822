from django.db import migrations

from vital.sql import sql_twin


class Migration(migrations.Migration):
    dependencies = [("personas", "0019_review_isolation")]
    operations = [sql_twin()]
