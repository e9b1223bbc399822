from django.template import Library

from vital.organisation.tree import Node, tree

register = Library()


@register.simple_tag
def organisation() -> list[Node]:
    """The organisation, for the page that shows it as a tree."""
    return tree()
