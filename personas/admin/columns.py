"""The columns of the list of personas: which there are, and what each shows."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.html import format_html

from personas.models import EditorialState


@dataclass(frozen=True)
class Column:
    title: str
    shows: Callable[[EditorialState], str | None]
    sorted: bool = False
    default: bool = True


def part(label: str | None) -> str | None:
    """The name before the colon that explains it."""
    return label and label.partition(":")[0]


def percent(state: EditorialState) -> str:
    return format_html(
        '<span class="vital-share"><meter min="0" max="100" value="{0}" aria-hidden="true"></meter>{0} %</span>',
        state.completeness,
    )


def status(state: EditorialState) -> str:
    persona = state.persona
    said = format_html(
        '<span class="vital-status vital-status-{}">{}</span>',
        persona.validation_status or "none",
        persona.get_validation_status_display() or "Not known",
    )
    return said if persona.is_active else format_html("{} <small>not active</small>", said)


def changed(state: EditorialState) -> str:
    when = timezone.localtime(state.changed_at)
    return format_html(
        '<time datetime="{}">{}</time><small>{}</small>',
        when.isoformat(),
        when.strftime("%-d %b %Y, %H:%M"),
        state.editor,
    )


COLUMNS = {
    "archetype": Column("Archetype", lambda state: part(state.persona.get_archetype_display())),
    "job": Column(
        "Role and function",
        lambda state: ", ".join(filter(None, (state.persona.role_name, state.persona.function_name))),
        sorted=True,
    ),
    "department": Column("Department", lambda state: state.persona.department_name, default=False),
    "seniority": Column("Seniority", lambda state: state.persona.seniority_level, default=False),
    "readiness": Column(
        "AI readiness", lambda state: part(state.persona.get_gen_ai_readiness_level_display()), default=False
    ),
    "status": Column("Status", status),
    "completeness": Column("Complete", percent, sorted=True),
    "evidence": Column("Sources", lambda state: str(state.evidence), sorted=True),
    "owner": Column("Owner", lambda state: state.owner),
    "version": Column("Version", lambda state: str(state.version), default=False),
    "changed": Column("Changed", changed, sorted=True),
}
DEFAULT = [name for name, column in COLUMNS.items() if column.default]
# What of persona, owner and last editor the columns read.
READ = ("persona__seniority_level", "owner", "changed_by")
FIELDS = (
    "tenant", "version", "completeness", "changed_at",
    *(f"persona__{name}" for name in (
        "tenant", "name", "slug", "title", "archetype", "role_name", "function_name", "department_name",
        "gen_ai_readiness_level", "validation_status", "is_active", "deleted_at", "seniority_level",
        "seniority_level__display_name",
    )),
    *(f"{who}__{name}" for who in ("owner", "changed_by") for name in ("full_name", "email")),
)  # fmt: skip


def chosen(asked: str) -> list[str]:
    """The columns that an address names, in our order; where it names none, those that everybody begins with."""
    wanted = set(asked.split(","))
    return [name for name in COLUMNS if name in wanted] or DEFAULT
