"""The formats of flat tables: what is no table is refused with a sentence, what spreadsheets write is read."""

import pytest

from personas.exchange.formats import CSV, JSON, YAML
from personas.exchange.text import UnreadableError
from vital.flat.resources import ABSENT


@pytest.mark.parametrize(
    ("format_", "content", "said"),
    [
        (CSV, b"", "is empty"),
        (CSV, b"persona,goal_text\nana,a,b\n", "Row 2 has more cells than there are columns."),
        (CSV, b"persona,persona\nana,ana\n", "The file has the column «persona» twice."),
        (CSV, b"persona,goal_text\nana,\xff\n", "the text is not UTF-8"),
        (JSON, b'{"persona": "ana"}', "a list of objects"),
        (JSON, b"[1]", "a list of objects"),
        (JSON, b'[{"a": 1, "a": 2}]', "«a» occurs twice in one object."),
        (JSON, b"[" * 5000, "nested"),
        (JSON, b'[{"a": NaN}]', "NaN is no number"),
        (YAML, b"- &a {x: 1}\n- *a\n", "aliases (*a) are not taken."),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(format_, content, said):
    with pytest.raises(UnreadableError) as error:
        format_().create_dataset(content)
    assert said in str(error.value)


@pytest.mark.parametrize("delimiter", ",;\t")
def test_what_a_spreadsheet_writes_is_read(delimiter):
    lines = (delimiter.join(row) for row in (("persona", "goal_text"), ("ana", "x"), ("", ""), ("ben", "y")))
    dataset = CSV().create_dataset("\r\n".join(lines).encode("utf-16"))
    assert (dataset.headers, dataset.first_row) == (["persona", "goal_text"], 2)
    assert list(dataset) == [("ana", "x"), (ABSENT, ABSENT), ("ben", "y")]
