"""Rows that fixtures name without ids, so that the same file loads into any tenant."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .context import current_tenant
from .models import TenantManager, TenantModel

# What has been looked up while a fixture loads: its rows name the same few parents over and over.
_known: ContextVar[dict | None] = ContextVar("known natural keys", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def _look_up(key: tuple, find):
    known, key = _known.get(), (current_tenant(), *key)
    if known is None:
        return find()
    if key not in known and (found := find()) is not None:
        known[key] = found
    return known.get(key)


class NaturalManager(TenantManager):
    """Finds a row by its natural key."""

    def get_by_natural_key(self, *values):
        wanted = dict(zip(self.model.natural_fields(), values, strict=True))
        # A fixture needs no more of the row than its id.
        row = _look_up((self.model, values), self.filter(**wanted).order_by("pk").only("pk").first)
        if row is None:
            raise self.model.DoesNotExist
        return row


class NaturalModel(TenantModel):
    """Base of tenant tables whose rows have a natural key."""

    NATURAL_KEY = ("slug",)

    objects = NaturalManager()

    class Meta(TenantModel.Meta):
        abstract = True

    @classmethod
    def natural_fields(cls) -> tuple[str, ...]:
        return cls.NATURAL_KEY

    def natural_key(self):
        return tuple(self._value(*name.split("__", 1)) for name in self.natural_fields())

    def _value(self, name: str, beyond: str | None = None):
        """The value of a column; or of one beyond a reference, and that alone, for rows may be wide."""
        if beyond is None:
            return getattr(self, name)
        field = self._meta.get_field(name)
        target, key = field.related_model, getattr(self, field.attname)
        return _look_up((target, key, beyond), target.objects.filter(pk=key).values_list(beyond, flat=True).first)
