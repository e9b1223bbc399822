"""Columns that the whole house uses. In migrations they stand as the Django fields they are made of."""

import random
import time
import uuid

from django.contrib.postgres.functions import RandomUUID, TransactionNow
from django.db import models
from django.forms import TextInput


class _Text(models.TextField):
    """Text in which nothing is null, never ''."""

    def formfield(self, **kwargs):
        return super().formfield(**({"empty_value": None} if self.null else {}) | kwargs)

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class Prose(_Text):
    """Text of several lines."""


class Line(_Text):
    """Text of one line."""

    def formfield(self, **kwargs):
        return super().formfield(**({} if self.choices else {"widget": TextInput}) | kwargs)


def first(field: models.Field) -> models.Field:
    """Put a field before those of the models that its model inherits from."""
    field.creation_counter -= 1_000_000
    return field


def last(field: models.Field) -> models.Field:
    """Put a field of an abstract model behind the fields of the models that inherit it."""
    field.creation_counter += 1_000_000
    return field


def uuid_key() -> models.UUIDField:
    """The primary key of every table; raw inserts get one from the database."""
    return models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID(), editable=False)


_tick = 0


def time_ordered_uuid() -> uuid.UUID:
    """A UUID of version 7, greater than all that this process made before."""
    global _tick
    _tick = max(time.time_ns() * 4096 // 1_000_000, _tick + 1)  # milliseconds, with 12 bits of fraction
    chance = random.getrandbits(62)  # an id is no secret, and the system's own chance costs ten times this
    return uuid.UUID(int=_tick >> 12 << 80 | 7 << 76 | (_tick & 0xFFF) << 64 | 2 << 62 | chance)


class TimeOrderedKey(models.UUIDField):
    """A primary key by which rows sort in the order in which they were written."""

    def __init__(self, **kwargs):
        kwargs |= {"primary_key": True, "default": time_ordered_uuid, "db_default": RandomUUID(), "editable": False}
        super().__init__(**kwargs)

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        del kwargs["default"]  # raw inserts get a random one from the database
        return name, "django.db.models.UUIDField", args, kwargs


def _stamp(name: str, help_text: str) -> models.DateTimeField:
    return last(models.DateTimeField(name, db_default=TransactionNow(), editable=False, help_text=help_text))


def created_at() -> models.DateTimeField:
    return _stamp("created", "When the row was added.")


def updated_at() -> models.DateTimeField:
    return _stamp("updated", "When the row last changed; a trigger keeps it.")
