"""Profiles: what others call things and how they spell values, turned into our documents."""

from .blanks import is_blank_form
from .known import Known
from .profile import BUILT_IN, Profile, built_in, load
from .recognition import recognise
from .sources import around, documents
from .translate import Translation, translate

__all__ = [
    "BUILT_IN",
    "Known",
    "Profile",
    "Translation",
    "around",
    "built_in",
    "documents",
    "is_blank_form",
    "load",
    "recognise",
    "translate",
]
