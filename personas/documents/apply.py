"""A plan, carried out: in sets, a few statements per table, in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import DataError, IntegrityError, connection, transaction
from psycopg import sql

from personas.models import EditorialState, Persona
from personas.models.columns import Items, Key
from vital.tenancy.context import current_tenant

from .changes import Op, PersonaPlan, Plan, RowChange
from .schema import Problem
from .shape import ALL, PERSONA, Shape

FOUND_AT_ONCE = 5  # personas of a plan whose words the search reads before the plan ends


class RefusedError(Exception):
    """A plan that is not carried out, with what stands against it."""

    def __init__(self, problems: list[tuple[str, Problem]]):
        super().__init__("; ".join(f"{slug}: {problem}" for slug, problem in problems))
        self.problems = problems


def apply(plan: Plan) -> int:
    """Carry out a plan; gives how many rows were written. All of it, or nothing."""
    if plan.problems:
        raise RefusedError(plan.problems)
    changes = defaultdict(list)
    for change in plan.changes:
        changes[change.word, change.op].append(change)
    if not changes:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        refuse_stale(plan)
        gone = {change.id for change in changes[PERSONA.word, Op.DELETE]}
        changed = [persona for persona in plan.personas if persona.changes and persona.id not in gone]
        tables = [shape.model._meta.db_table for shape in ALL if any((shape.word, op) in changes for op in Op)]
        with held_versions(cursor, changed, tables):
            # Deletions first, so that what they leave is free to be taken; details before what they belong to.
            written = sum(delete(cursor, shape, changes[shape.word, Op.DELETE]) for shape in reversed(ALL))
            for shape in ALL:
                wanted = changes[shape.word, Op.CHANGE] + changes[shape.word, Op.CREATE]
                if not wanted:
                    continue
                try:
                    with transaction.atomic():
                        written += write(cursor, shape, wanted)
                except (IntegrityError, DataError) as error:
                    raise RefusedError([explained(error, shape, plan, first_refused(cursor, shape, wanted))]) from error
    return written


def first_refused(cursor, shape: Shape, changes: list[RowChange]) -> RowChange:
    """The first row that the database does not take. Under row-level security its errors name none."""
    taken, refused = 0, len(changes)
    while refused - taken > 1:
        half = (taken + refused) // 2
        before = transaction.savepoint()
        try:
            write(cursor, shape, changes[:half])
            taken = half
        except (IntegrityError, DataError):
            refused = half
        finally:
            transaction.savepoint_rollback(before)
    return changes[refused - 1]


def explained(error: Exception, shape: Shape, plan: Plan, change: RowChange) -> tuple[str, Problem]:
    """What the database refused, with the place of the row in the document."""
    rule = error.__cause__.diag.constraint_name or type(error.__cause__).__name__
    about = next((one for one in shape.model._meta.constraints if one.name == rule), None)
    said = about.get_violation_error_message() if about else f"the database refused it: {error}".splitlines()[0]
    slug = next(persona.slug for persona in plan.personas if any(change is one for one in persona.changes))
    return slug, Problem(change.path, rule, said)


def refuse_stale(plan: Plan) -> None:
    """Nobody has changed these personas since the plan was made; and nobody can until this transaction ends."""
    new = [persona.slug for persona in plan.personas if persona.new]
    taken = Persona.objects.filter(slug__in=new).values_list("slug", flat=True)
    if taken:
        said = "somebody has made it since this was planned; plan again"
        raise RefusedError([(slug, Problem(("slug",), "stale", said, slug)) for slug in taken])
    known = {persona.id: persona for persona in plan.personas if not persona.new and persona.changes}
    states = EditorialState.objects.filter(persona_id__in=known).order_by("persona_id").select_for_update()
    now = dict(states.values_list("persona_id", "version"))
    stale = [persona for id_, persona in known.items() if now.get(id_) != persona.version]
    if stale:
        said = "it was changed since this was planned; plan again"
        raise RefusedError([(persona.slug, Problem((), "stale", said)) for persona in stale])


@contextmanager
def held_versions(cursor, personas: list[PersonaPlan], tables: list[str]) -> Iterator[None]:
    """However many statements it takes, the version of each persona rises once, and its history grows by one."""
    cursor.execute("SET LOCAL app.versions = 'held'")
    yield
    cursor.execute("SET LOCAL app.versions = ''")
    tenant, ids = current_tenant(), [persona.id for persona in personas]
    cursor.execute("SELECT return_to_draft(%s, %s)", [tenant, ids])
    for new in (False, True):
        if some := [persona.id for persona in personas if persona.new == new]:
            cursor.execute("SELECT raise_versions(%s, %s, %s, %s)", [tenant, some, tables, int(not new)])
    cursor.execute("SELECT capture_revisions(%s, %s, %s)", [tenant, ids, tables])
    # What somebody saves is found at once; a load does not wait for it, and is read by a job.
    if 0 < len(personas) <= FOUND_AT_ONCE:
        cursor.execute("SELECT read_words(%s, %s, %s)", [tenant, ids, tables])


def write(cursor, shape: Shape, changes: list[RowChange]) -> int:
    """Bring the rows of one table, those that change and those that are new, to where the plan wants them."""
    written = 0
    changed = [change for change in changes if change.op == Op.CHANGE]
    step_aside(cursor, shape, changed)
    for names, same in by_columns(changed).items():
        with staged(cursor, shape, names, same) as stage:
            written += counted(shape, same, update(cursor, shape, names, stage))
    if created := [change for change in changes if change.op == Op.CREATE]:
        names = tuple(shape.columns)
        with staged(cursor, shape, names, created) as stage:
            written += counted(shape, created, insert(cursor, shape, names, stage))
    return written


def counted(shape: Shape, changes: list[RowChange], written: int) -> int:
    """As many rows as the plan said, or nothing at all."""
    if written != len(changes):
        said = f"{written} of {len(changes)} rows are as they were when this was planned; plan again"
        raise RefusedError([(shape.word, Problem((shape.word,), "stale", said))])
    return written


def step_aside(cursor, shape: Shape, changes: list[RowChange]) -> None:
    """Rows that take each other's unique names first take their ids for names, so that each name is free."""
    for name in shape.identity:
        renamed = [change.id for change in changes if name in change.after]
        if len(renamed) > 1 and isinstance(shape.columns[name], Key):
            execute(
                cursor, "UPDATE {} SET {} = id::text WHERE tenant_id = {} AND id = ANY ({})",
                sql.Identifier(shape.model._meta.db_table), sql.Identifier(shape.columns[name].column),
                sql.Literal(current_tenant()), sql.Literal(renamed),
            )  # fmt: skip


def by_columns(changes: Iterable[RowChange]) -> dict[tuple, list[RowChange]]:
    """Changes to the same columns together: one statement for each set of columns."""
    grouped = defaultdict(list)
    for change in changes:
        grouped[tuple(change.after)].append(change)
    return grouped


@contextmanager
def staged(cursor, shape: Shape, names: tuple[str, ...], changes: list[RowChange]) -> Iterator[sql.Identifier]:
    """The rows in a temporary table, each with its id and, where there is one, its place and its parent."""
    columns = physical(shape, names)
    stage = sql.Identifier(f"staged_{shape.model._meta.db_table}"[:63])
    table = sql.Identifier(shape.model._meta.db_table)
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    execute(cursor, "CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0", stage, listed, table)
    references = {name: resolve(shape, name, changes).get for name in names if name in shape.references}
    arrays = {name: as_array for name in names if isinstance(shape.columns[name], Items)}
    understood = [(name, (references | arrays).get(name)) for name in names]
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(stage, listed)) as copy:
        for change in changes:
            after = change.after
            values = [read(after[name]) if read else after[name] for name, read in understood]
            copy.write_row([change.id, *lead(shape, change), *values])
    yield stage
    execute(cursor, "DROP TABLE {}", stage)


def as_array(value: list[str] | None) -> str | None:
    """Texts as PostgreSQL writes an array of them; psycopg does it, too, at three times the cost."""
    if value is None:
        return None
    escaped = (one.replace("\\", "\\\\").replace('"', '\\"') for one in value)
    return "{" + ",".join(f'"{one}"' for one in escaped) + "}"


def physical(shape: Shape, names: Iterable[str]) -> list[str]:
    lead_columns = [] if shape is PERSONA else [f"{shape.parent}_id"]
    lead_columns += [shape.order] if shape.order else []
    return ["id", *lead_columns, *(shape.columns[name].column for name in names)]


def lead(shape: Shape, change: RowChange) -> list:
    return [*([] if shape is PERSONA else [change.parent]), *([change.place] if shape.order else [])]


def resolve(shape: Shape, name: str, changes: list[RowChange]) -> dict:
    """The ids behind the names that documents use."""
    field = shape.references[name]
    key = shape.path(name).partition("__")[2]
    wanted = {change.after[name] for change in changes} - {None}
    found = dict(field.related_model.objects.filter(**{f"{key}__in": wanted}).values_list(key, "pk"))
    if gone := wanted - found.keys():
        said = f"«{min(gone)}» is gone since this was planned; plan again"
        raise RefusedError([(shape.word, Problem((name,), "stale", said, min(gone)))])
    return found


def insert(cursor, shape: Shape, names: tuple[str, ...], stage: sql.Identifier) -> int:
    columns = physical(shape, names)
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    # The database has made a single row by itself, as it does with the summary of evidence: then it is taken over.
    take_over = sql.SQL("")
    if shape.single:
        ours = [sql.Identifier(column) for column in ("id", *(shape.columns[name].column for name in names))]
        taken = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(column) for column in ours)
        take_over = sql.SQL("ON CONFLICT (tenant_id, persona_id) DO UPDATE SET {}").format(taken)
    return execute(
        cursor, "INSERT INTO {} (tenant_id, {}) SELECT {}, {} FROM {} {}",
        sql.Identifier(shape.model._meta.db_table), listed, sql.Literal(current_tenant()), listed, stage, take_over,
    )  # fmt: skip


def update(cursor, shape: Shape, names: tuple[str, ...], stage: sql.Identifier) -> int:
    columns = [shape.columns[name].column for name in names]
    new = [sql.SQL("{0} = staged.{0}").format(sql.Identifier(column)) for column in columns]
    if shape.order:  # a place that stays is not named by its change
        new.append(sql.SQL("{0} = coalesce(staged.{0}, target.{0})").format(sql.Identifier(shape.order)))
    return execute(
        cursor, "UPDATE {} AS target SET {} FROM {} AS staged WHERE target.tenant_id = {} AND target.id = staged.id",
        sql.Identifier(shape.model._meta.db_table), sql.SQL(", ").join(new), stage, sql.Literal(current_tenant()),
    )  # fmt: skip


def delete(cursor, shape: Shape, changes: list[RowChange]) -> int:
    if not changes:
        return 0
    deleted = execute(
        cursor, "DELETE FROM {} WHERE tenant_id = {} AND id = ANY ({})",
        sql.Identifier(shape.model._meta.db_table), sql.Literal(current_tenant()),
        sql.Literal([change.id for change in changes]),
    )  # fmt: skip
    return counted(shape, changes, deleted)


def execute(cursor, statement: str, *parts: sql.Composable) -> int:
    cursor.execute(sql.SQL(statement).format(*parts))
    return cursor.rowcount
