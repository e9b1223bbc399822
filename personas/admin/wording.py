"""Values as people read them: codes by their labels, yes and no, lists."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Value
from django.db.models.functions import Cast

from lookups.models import Lookup
from personas.documents.shape import Shape, natural
from personas.exchange.showing import in_words
from personas.models.scales import label

from .editor.fields import Field, fields_of


def words_for(field: Field, value: Any, said: dict[tuple, str]) -> str:
    """A value as the editor shows it."""
    if field.source and value is not None:
        return said.get((field.source, str(value)), label(str(value)))
    options = dict(field.options)
    if isinstance(value, list):
        return in_words([options.get(one, one) for one in value])
    text = in_words(value)
    return options.get(text, text.capitalize() if isinstance(value, bool) else text)


def labels(tables: Iterable[tuple[Shape, Iterable[dict]]]) -> dict[tuple, str]:
    """What people read for the codes in some rows, of all vocabularies and lists in one query."""
    codes = defaultdict(set)
    for shape, rows in tables:
        sources = [
            (field.name, codes[field.source, natural(shape.columns[field.name]) or "code"])
            for field in fields_of(shape)
            if field.source
        ]
        for row in rows if sources else ():
            for name, found in sources:
                if row.get(name) is not None:
                    found.add(row[name])
    models = {model._meta.label: model for model, _ in codes}
    queries = [
        model.objects.filter(**{f"{key}__in": wanted})
        .order_by()
        .values_list(
            Value(model._meta.label, CharField()), Cast(key, CharField()),
            Cast("display_name" if issubclass(model, Lookup) else "name", CharField()),
        )
        for (model, key), wanted in codes.items()
        if wanted
    ]  # fmt: skip
    found = queries[0].union(*queries[1:], all=True) if queries else ()
    return {(models[name], code): said or label(code) for name, code, said in found}
