"""The persona sheet: a page that one understands in a minute."""

from .copies import Copy
from .door import find_one, readers, show
from .figures.radar import radar


@readers
def page(request, slug: str):
    copy = find_one(request, slug)
    return show(request, "sheet", copy.name, **context(copy))


def context(copy: Copy) -> dict:
    """What `library/sheet_body.html` needs, whether it stands in the admin's frame, on paper or on a shared page."""
    return {"copy": copy, "radar": radar(copy)}
