"""The only names of ours that a migration may import. Frozen: applied migrations depend on what stands here."""

import sys
from pathlib import Path

from django.db import migrations, models

UP, DOWN = "-- migrate:up", "-- migrate:down"


def sql_twin() -> migrations.RunSQL:
    """The SQL beside the migration that calls this: migrations/0002_x.py runs ../sql/0002_x.sql, up and down."""
    migration = Path(sys._getframe(1).f_code.co_filename)
    twin = migration.parent.parent / "sql" / f"{migration.stem}.sql"
    _, _, rest = twin.read_text(encoding="utf-8").partition(UP)
    up, mark, down = rest.partition(DOWN)
    if not up.strip() or not mark or not down.strip():
        raise ValueError(f"{twin} needs a part under «{UP}» and, after it, a part under «{DOWN}».")
    return migrations.RunSQL(up, down)


class PgEnumField(models.TextField):
    """A column whose type is a native PostgreSQL enum: `PgEnumField("archetype_enum")`."""

    def __init__(self, type_name: str, *args, **kwargs):
        self.type_name = type_name
        super().__init__(*args, **kwargs)

    def db_type(self, connection) -> str:
        return self.type_name

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "vital.sql.PgEnumField", [self.type_name, *args], kwargs
