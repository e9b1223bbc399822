from django.apps import apps
from django.db.models import CharField, Count, Q, Value
from django.template import Library
from django.urls import reverse

register = Library()


@register.simple_tag
def vocabularies() -> list[dict]:
    """Every vocabulary with its purpose and the number of its values, in one query."""
    models = {model._meta.model_name: model for model in apps.get_app_config("lookups").get_models()}
    first, *others = (
        model.objects.order_by()
        .annotate(name=Value(name, output_field=CharField()))
        .values("name")
        .annotate(total=Count("pk"), active=Count("pk", filter=Q(is_active=True)))
        for name, model in models.items()
    )
    counts = {row["name"]: row for row in first.union(*others, all=True)}
    return [
        {
            "title": str(model._meta.verbose_name_plural).capitalize(),
            "purpose": model._meta.db_table_comment,
            "link": reverse(f"admin:lookups_{name}_changelist"),
            "total": counts.get(name, {}).get("total", 0),
            "active": counts.get(name, {}).get("active", 0),
        }
        for name, model in sorted(models.items(), key=lambda item: str(item[1]._meta.verbose_name_plural))
    ]
