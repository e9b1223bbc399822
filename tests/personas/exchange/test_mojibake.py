"""Text that was read in the wrong encoding is found and shown, and mended only when asked."""

import json
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.exchange.mojibake import may_be_in, mended, mended_text, suspects
from personas.exchange.places import Place, Placed


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("âœ… ALL DONE", "✅ ALL DONE"),
        ("ğŸŽ¯ Summary", "🎯 Summary"),
        ("ðŸŽ¯ Summary", "🎯 Summary"),
        ("SÃ£o Paulo", "São Paulo"),
        ("donâ€™t", "don’t"),
        ("â””â”€â”€ Extract", "└── Extract"),
        ("ZÃ¼rich and Ä°stanbul", "Zürich and İstanbul"),
    ],
)
def test_what_was_misread_is_known(text, meant):
    assert mended_text(text) == meant


@pytest.mark.parametrize(
    "text",
    ["Zürich", "«café» – naïve’s", "İstanbul, Beyoğlu", "Ångström", "北京", "✅ 🎯", "fi ﬁ ½ ²", "“quoted” text…",
     "a\r\nb", "&amp; <b>", "PRÊT-À-PORTER »", "Ｆｕｌｌ", "e\u0301"],
)  # fmt: skip
def test_what_was_read_well_is_left_to_the_letter(text):
    assert mended_text(text) == text


@given(st.text("abc .,;éüñçåäößøÉÜ«»’–ğışİğ", max_size=40))
def test_texts_of_european_letters_are_left_alone_unless_they_spell_another_letter(text):
    if (better := mended_text(text)) != text:
        assert len(better) < len(text)


@pytest.mark.parametrize("text", ["âœ… done", "SÃ£o Paulo", "ğŸ¯ x", "Ä°stanbul", "donâ€™t"])
def test_a_file_that_holds_such_a_text_is_looked_at_and_a_clean_one_is_not(text):
    held = {"name": text}
    assert may_be_in(BytesIO(json.dumps(held).encode()))
    assert may_be_in(BytesIO(json.dumps(held, ensure_ascii=False).encode()))
    assert may_be_in(BytesIO(text.encode("utf-16")))
    assert not may_be_in(BytesIO("Zürich, café, naïve, 北京 ✅".encode()))


def test_suspects_are_listed_with_their_paths_and_nothing_is_changed():
    document = {"name": "JosÃ©", "goals": [{"goal_text": "ok"}, {"goal_text": "âœ… done", "sort": 3}]}
    assert suspects(document) == [(("name",), "JosÃ©", "José"), (("goals", 1, "goal_text"), "âœ… done", "✅ done")]
    assert document["name"] == "JosÃ©"


@pytest.mark.parametrize("text", ["ğŸ¯ Summary", "ğŸ“ Notes", "âš ï¸ Careful"])
def test_where_a_byte_was_lost_it_is_shown_and_nothing_is_made_up(text):
    assert suspects({"title": text}) == [(("title",), text, text)]


def test_a_mended_document_keeps_its_places():
    row = Placed({"goal_text": "JosÃ©", "n": [1, None]}, Place("goals", 4), {"goal_text": "Ziel"})
    document = mended({"goals": [row]})
    assert document == {"goals": [{"goal_text": "José", "n": [1, None]}]}
    assert (document["goals"][0].place, document["goals"][0].names) == (Place("goals", 4), {"goal_text": "Ziel"})
