"""Believable personas from templates."""

from .generate import PARTS, VARIATIONS, completed, generate
from .kinds import Kind, TemplateError, kind, names, of_function
from .sameness import repeated

__all__ = [
    "PARTS",
    "VARIATIONS",
    "Kind",
    "TemplateError",
    "completed",
    "generate",
    "kind",
    "names",
    "of_function",
    "repeated",
]
