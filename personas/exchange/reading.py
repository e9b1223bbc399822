"""From files to documents of ours, with everything that is to be said of them on the way."""

import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import PurePath
from typing import Any, BinaryIO

from personas.documents.schema import Problem
from personas.models import ExchangeProfile

from . import csv_files, files, mojibake, text, yaml_files
from .places import Place, Placed
from .profiles import Known, Profile, around, built_in, documents, is_blank_form, load, recognise, translate
from .profiles.blanks import is_placeholder
from .report import Finding, Kind, finding
from .tables import table_named
from .text import UnreadableError

OURS = "vital"
SAVED = "saved:"
LOOKED_AT = 3  # documents by which a profile is recognised
NAMED = 5  # mended texts that are quoted

Read = tuple[Placed, list[Finding]]


def profiles() -> dict[str, Profile]:
    """Those that the tenant has saved, by the name under which they are chosen."""
    found = {}
    for one in ExchangeProfile.objects.filter(direction=ExchangeProfile.Direction.IMPORT):
        name = f"{SAVED}{one.pk}"
        with suppress(UnreadableError):  # it speaks of what is no longer there: it fits no file
            found[name] = load(one.content | {"name": name, "title": one.name})
    return found


class Source:
    """Reads the files of one import as its options say; what concerns no persona goes to `about`."""

    def __init__(self, options: dict[str, Any], about: list[Finding]):
        self.options, self.about = options, about
        self.saved = profiles()
        self.chosen = self.profile_named(options.get("profile") or "")
        self.known = Known.read()
        self.profile: Profile | None = None  # that the last file was read by
        self.clean = False  # no letter of the file can be garbled

    def profile_named(self, name: str) -> Profile | None:
        if not name:
            return None
        if name.startswith(SAVED) and name not in self.saved:
            raise UnreadableError("The profile that was chosen is gone, or cannot be read any more. Choose another.")
        return self.saved.get(name) or built_in(name)

    def documents(self, several: list[tuple[str, bytes | BinaryIO]]) -> Iterator[Read]:
        """The documents of all files, each with what is to be said of it."""
        opened = [(name, io.BytesIO(file) if isinstance(file, bytes) else file) for name, file in several]
        tables = [(name, file) for name, file in opened if is_table(name)]
        if len(tables) > 1:  # they tell of the same personas
            yield from self.ours(csv_files.read_several(tables, self.about))
            opened = [one for one in opened if one not in tables]
        for name, file in opened:
            yield from self.of_file(name, file)

    def of_file(self, name: str, file: BinaryIO) -> Iterator[Read]:
        suffix = PurePath(name).suffix.lower()
        self.clean = False
        start = file.read(4)
        file.seek(0)
        if start.startswith(b"PK") or is_table(name) or suffix in files.SPREADSHEETS:
            yield from self.ours(files.read(file, name, self.about))
        elif suffix in (".csv", ".tsv"):
            yield from self.of_root(list(flat_rows(file, name)), name)
        else:
            yield from self.of_text(file, name, yaml_files if suffix in (".yaml", ".yml") else text)

    def of_text(self, file: BinaryIO, name: str, reader) -> Iterator[Read]:
        """Documents of our own are read one at a time; those of others as a whole, since theirs may be anywhere."""
        self.clean = not mojibake.may_be_in(file)
        if self.chosen is None or self.chosen.ours:
            found = reader.read(file)
            try:
                first = list(islice(found, LOOKED_AT))
            except UnreadableError:
                if self.chosen:
                    raise
                first = []
            if self.chosen or (first and (best := recognise(first, name)) and best[0].profile.ours):
                yield from self.ours(chain(first, found))
                return
            found.close()
            file.seek(0)
        yield from self.of_root(reader.root(file), name)

    def of_root(self, found: Any, name: str) -> Iterator[Read]:
        profile = self.chosen or self.recognised(found, name)
        self.about += around(found, profile)
        yield from self.translated(documents(found, profile), profile)

    def recognised(self, found: Any, name: str) -> Profile:
        ranked = recognise(found, name, list(self.saved.values()))
        if not ranked:
            # A blank form has no keys of anybody's; it deserves its own sentence.
            if isinstance(found, dict) and (said := is_blank_form(found)):
                raise UnreadableError(f"{name}: {said}")
            raise UnreadableError(f"{name} is like nothing that is known here. Choose the profile that it follows.")
        best, *others = ranked
        also = [one.profile.title for one in others if one.score > 0.8 * best.score][:2]
        said = f"{name} was read as «{best.profile.title}»: {best.reason}"
        hint = f"It may also be «{'» or «'.join(also)}»; choose another profile if it is not right." if also else ""
        self.about.append(Finding(Kind.GUESSED, "profile", said, hint, value=best.profile.name))
        return best.profile

    def ours(self, found: Iterable[dict]) -> Iterator[Read]:
        yield from self.translated(found, self.chosen or built_in(OURS))

    def translated(self, found: Iterable[dict], profile: Profile) -> Iterator[Read]:
        self.profile = profile
        settled = profile.settled(self.options.get("answers", ()))
        for source in found:
            source, findings = self.mended(source)
            if said := may_be_blank(source, profile) and is_blank_form(source, ours=profile.ours):
                place = source.place if isinstance(source, Placed) else Place()
                self.about.append(Finding(Kind.ERROR, "blank", said, place=place))
                continue
            document, more = translate(source, settled, self.known)
            yield document, [*findings, *more]

    def mended(self, source: dict) -> tuple[dict, list[Finding]]:
        """A document whose letters were garbled on the way: told of, and mended when somebody has asked for it."""
        suspects = [] if self.clean else mojibake.suspects(source)
        if not suspects:
            return source, []
        done = bool(self.options.get("mend"))
        findings = []
        for path, said, better in suspects[:NAMED]:
            message = f"«{said[:60]}» {'was read as' if done else 'may be'} «{better[:60]}»"
            hint = "" if done else f"{len(suspects)} texts look garbled; «Mend garbled letters» reads them so."
            problem = Problem(path, "letters", message, said, hint)
            findings.append(finding(source, str(source.get("slug") or ""), problem, Kind.GUESSED))
        return (mojibake.mended(source) if done else source), findings


def may_be_blank(source: dict, profile: Profile) -> bool:
    """Whether it is worth to look at every value of a document: one of ours that is a form is so from the start."""
    own = [*source.values(), *(inner for one in source.values() if isinstance(one, dict) for inner in one.values())]
    return not profile.ours or any(map(is_placeholder, own))


def is_table(name: str) -> bool:
    """Whether a file is a CSV of one of our tables, by its name."""
    return PurePath(name).suffix.lower() in (".csv", ".tsv") and table_named(PurePath(name).stem) is not None


def flat_rows(file: BinaryIO, name: str) -> Iterator[Placed]:
    """The rows of somebody's own CSV, each a document."""
    with csv_files.opened(file, name) as table:
        rows = enumerate(table.rows, 1)
        _, header = next(((number, cells) for number, cells in rows if any(cells)), (0, []))
        for number, cells in rows:
            told = {key.strip(): cell for key, cell in zip(header, cells, strict=False) if key.strip() and cell.strip()}
            if told:
                yield Placed(told, Place(name, number))
