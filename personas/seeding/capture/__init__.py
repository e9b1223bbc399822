"""Templates in which people write down the personas of a business function, in every format that is read."""

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator

import yaml

from personas.documents.values import plain
from personas.exchange.csv_files import write_zip
from personas.exchange.workbook import write_workbook
from personas.exchange.yaml_files import Writer

from .forms import Form, blank, example, form, with_ids
from .json_schema import schema_of
from .readme import readme_of

UNCHANGING = zipfile.ZipInfo().date_time  # so that the same content gives the same bytes
WIDEST = 10_000  # letters of a line of YAML: a placeholder stands on one, so that one can replace it


def as_json(function: Form, document: dict | None) -> bytes:
    content = {"$schema": f"./{function.slug}.schema.json"} | plain(document or blank(function))
    return text_of(content)


def as_yaml(function: Form, document: dict | None) -> bytes:
    options = {"allow_unicode": True, "sort_keys": False, "width": 110 if document else WIDEST}
    content = yaml.dump(plain(document or blank(function)), Dumper=Writer, **options)
    return f"# yaml-language-server: $schema=./{function.slug}.schema.json\n{content}".encode()


def as_tables(function: Form, document: dict | None) -> bytes:
    file = io.BytesIO()
    write_zip([with_ids(document)] if document else [], file, tables=function.tables)
    return file.getvalue()


def as_workbook(function: Form, document: dict | None) -> bytes:
    file = io.BytesIO()
    about = f"{'An example' if document else 'A template'} for {function.name}, with the sections that matter there"
    documents = [with_ids(document)] if document else []
    write_workbook(documents, file, about, tables=function.tables, offers=function.offers)
    return file.getvalue()


FORMATS: dict[str, tuple[str, Callable[[Form, dict | None], bytes]]] = {
    "json": ("json", as_json),
    "yaml": ("yaml", as_yaml),
    "csv": ("zip", as_tables),
    "xlsx": ("xlsx", as_workbook),
}
CHECKED = ("json", "yaml")  # formats that name the schema


def files(function: str, formats: Iterable[str] | None = None) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file for a function: templates, examples, schema and README."""
    made = form(function)
    wanted = [one for one in FORMATS if formats is None or one in set(formats)]
    persona = example(made)
    for ending, written in (FORMATS[one] for one in wanted):
        yield f"{function}_persona_template.{ending}", written(made, None)
        yield f"{function}_persona_example.{ending}", written(made, persona)
    if any(one in CHECKED for one in wanted):
        yield f"{function}.schema.json", text_of(schema_of(made))
    yield f"{function}_README.md", readme_of(made).encode()


def pack(function: str, formats: Iterable[str] | None = None) -> bytes:
    """All of them as one ZIP."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files(function, formats):
            archive.writestr(zipfile.ZipInfo(name, UNCHANGING), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def text_of(content: dict) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
