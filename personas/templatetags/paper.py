"""What print styles need: the stamp of a copy, and texts that are safe inside a style sheet."""

from django.template import Library
from django.utils.safestring import SafeString, mark_safe

from personas.library import stamp

register = Library()
PLAIN = " ,.()·–-"


@register.simple_tag(takes_context=True)
def stamped(context, copy) -> str:
    """What stands at the foot of each page; the tenant is the page's, or that of who shares it, or of who asks."""
    return stamp.line(copy, context.get("tenant") or (context.get("share") or context["request"]).tenant)


@register.filter
def css_string(text: str) -> SafeString:
    """A text between the quotes of a style sheet; all that could end it, or the sheet, stands as its number."""
    return mark_safe("".join(one if one.isalnum() or one in PLAIN else f"\\{ord(one):x} " for one in str(text)))  # noqa: S308
