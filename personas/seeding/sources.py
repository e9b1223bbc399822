"""Where the personas of a business function come from: files that people filled in, else fixtures, else templates."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from django.conf import settings

from . import variants

ENDINGS = (".json", ".jsonl", ".yaml", ".yml", ".csv", ".zip", ".xlsx")
OURS = ("_persona_template", "_persona_example", "_readme", ".schema")  # in the names of what capture_templates writes


@dataclass(frozen=True)
class Source:
    """Documents of one function, on their way."""

    function: str
    title: str
    files: list[tuple[str, BinaryIO]]
    ours: bool = False  # shipped or generated: one file of lines

    @property
    def sha256(self) -> str:
        digest = hashlib.sha256()
        for _, file in self.files:
            file.seek(0)
            while block := file.read(1024 * 1024):
                digest.update(block)
            file.seek(0)
        return digest.hexdigest()


@dataclass(frozen=True)
class Choice:
    """What somebody has chosen to be seeded from."""

    folder: Path | None = None
    count: int = 50
    variation: str = "medium"
    seed: int = 1
    templates: tuple[str, ...] = ()  # empty: all of the function

    @contextmanager
    def of(self, function: str) -> Iterator[Source]:
        """The documents of a function; its files are closed afterwards."""
        with ExitStack() as stack:
            if self.folder:
                paths = filled_in(self.folder, function)
                yield Source(
                    function, f"{function}: {', '.join(path.name for path in paths)}",
                    [(path.name, stack.enter_context(path.open("rb"))) for path in paths],
                )  # fmt: skip
            elif (fixture := fixture_of(function)) and not self.templates:
                file = stack.enter_context(fixture.open("rb"))
                yield Source(function, f"{function}: {fixture.name}", [(fixture.name, file)], ours=True)
            else:
                file = stack.enter_context(TemporaryFile())
                titles = self.write(function, file)
                yield Source(function, f"{function}: {titles}", [(f"{function}.jsonl", file)], ours=True)

    def write(self, function: str, file: BinaryIO) -> str:
        """Make personas from the templates of a function, as many of each as the count comes to."""
        templates = list(self.templates) or variants.of_function(function)
        for template, count in shares(templates, self.count):
            made = variants.generate(template, count, variation=self.variation, seed=self.seed)
            file.writelines(map(line, made))
        file.seek(0)
        return ", ".join(variants.kind(template).title for template in templates)


def shares(templates: list[str], count: int) -> Iterator[tuple[str, int]]:
    """How many personas of each template make the count."""
    drawn = list(islice(cycle(templates), count))
    yield from ((template, drawn.count(template)) for template in templates if template in drawn)


def fixture_of(function: str) -> Path | None:
    """The personas of a function that are shipped, where there are some."""
    path = settings.BASE_DIR / "fixtures" / f"{function.replace('-', '_')}.jsonl"
    return path if path.exists() else None


def filled_in(folder: Path, function: str) -> list[Path]:
    """The files of a function in a folder: all whose names begin with it, but the blank templates."""
    found = []
    for path in sorted(folder.iterdir()):
        name = re.sub("[^a-z0-9]+", "-", path.stem.lower())
        ours = path.name.lower().removesuffix(path.suffix.lower()).endswith(OURS)
        if f"{name}-".startswith(f"{function}-") and path.suffix.lower() in ENDINGS and path.is_file() and not ours:
            found.append(path)
    return found


def line(document: dict) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode() + b"\n"
