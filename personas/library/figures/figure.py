"""What every picture of the library has: a drawing, the same in a sentence, and the table behind it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A picture. `templates/library/figures/<kind>.html` draws it; `figure.html` puts the rest around."""

    kind: str
    title: str
    says: str  # the picture in a sentence or two, with its figures, for who does not see it
    drawing: Any  # all that the template needs, worked out: no template calculates
    columns: tuple[str, ...]
    rows: list[tuple]  # the table behind it
    leads: str = ""  # place of the dossier where its rows stand, such as «goals»
    empty: str = ""  # what is said instead, where there is nothing to draw
    key: str = ""  # tells pictures of one kind on a page apart
    legend: list[tuple[str, str]] = field(default_factory=list)  # class of a mark, and what it stands for

    @property
    def id(self) -> str:
        """Its anchor on the page."""
        return f"figure-{self.kind}{self.key and '-'}{self.key}"

    @property
    def template(self) -> str:
        return f"library/figures/{self.kind}.html"
