"""Rows that fixtures name without ids, so that the same file loads into any tenant."""

from operator import attrgetter

from .models import TenantManager, TenantModel


class NaturalManager(TenantManager):
    """Finds a row by its natural key."""

    def get_by_natural_key(self, *values):
        row = self.filter(**dict(zip(self.model.natural_fields(), values, strict=True))).order_by("pk").first()
        if not row:
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
        return tuple(attrgetter(field.replace("__", "."))(self) for field in self.natural_fields())
