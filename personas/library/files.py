"""A persona as a file: PDF, picture, Markdown, agent pack."""

from collections.abc import Callable
from typing import NamedTuple

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header

from vital.tenancy.models import Tenant

from . import card, chromium, dossier, sheet
from .copies import Copy
from .door import find_one, links, readers, show
from .markdown import markdown
from .pack import as_json, pack

SHEET, EVERYTHING = "sheet", "everything"
PAGES = {
    SHEET: ("library/sheet_paper.html", sheet.context),
    EVERYTHING: ("library/dossier_paper.html", dossier.context),
}
PAPERS = {"a4": "A4", "letter": "letter"}


class Asked(NamedTuple):
    """Which page of a persona, on which paper; and whether to wait while another file is made."""

    what: str = SHEET
    paper: str = "a4"
    wait: bool = True


class Kind(NamedTuple):
    """A kind of file: what it is called to programs and to people, and how it is made."""

    type: str
    title: str
    make: Callable[[Copy, Tenant, Asked], bytes]


def on_paper(copy: Copy, tenant: Tenant, asked: Asked) -> str:
    """The page that a PDF is made of."""
    template, context = PAGES[asked.what]
    around = {"title": copy.name, "tenant": tenant, "paper": True, "paper_size": PAPERS[asked.paper]}
    return render_to_string(template, context(copy) | around)


KINDS = {
    "pdf": Kind("application/pdf", "PDF", lambda copy, tenant, asked: chromium.pdf(
        on_paper(copy, tenant, asked), wait=asked.wait)),
    "png": Kind("image/png", "Card", lambda copy, tenant, asked: card.png(copy, tenant, wait=asked.wait)),
    "md": Kind("text/markdown; charset=utf-8", "Markdown", lambda copy, tenant, _: markdown(copy, tenant).encode()),
    "json": Kind("application/json", "Agent pack", lambda copy, tenant, _: as_json(pack(copy, tenant)).encode()),
}  # fmt: skip


def name(copy: Copy, kind: str, what: str = SHEET) -> str:
    """`sarah-chen-revision-4.pdf`, `sarah-chen-everything-revision-5-draft.pdf`."""
    several = what if kind == "pdf" and what != SHEET else ""
    parts = [copy.slug, several, f"revision-{copy.number}", "" if copy.live else "draft"]
    return f"{'-'.join(filter(None, parts))}.{kind}"


@readers
def page(request, slug: str, kind: str):
    asked = Asked(request.GET.get("what", SHEET), request.GET.get("paper", "a4"), wait=False)
    if kind not in KINDS or asked.what not in PAGES or asked.paper not in PAPERS:
        raise Http404(
            f"There are files of the kinds {', '.join(KINDS)}; of {' or '.join(PAGES)}; on {' or '.join(PAPERS)}."
        )
    copy = find_one(request, slug)
    try:
        content = KINDS[kind].make(copy, request.tenant, asked)
    except chromium.Unable as why:
        answer = show(request, "no_file", f"No {KINDS[kind].title} was made", why=str(why), links=links(copy))
        answer.status_code = 503
        return answer
    headers = {"Content-Disposition": content_disposition_header(True, name(copy, kind, asked.what))}
    return HttpResponse(content, content_type=KINDS[kind].type, headers=headers)
