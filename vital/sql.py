"""The only names of ours that a migration may import. Frozen: applied migrations depend on what stands here."""

import sys
from pathlib import Path

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

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


class CreateModels(Operation):
    """Many CreateModel operations as one. After each one, Django would render all related models anew: 10 s for 75."""

    reduces_to_sql = True

    def __init__(self, *operations: migrations.CreateModel):
        self.operations = operations

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # rendered again, once, when somebody asks for it
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return f"Create {len(self.operations)} models"


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
