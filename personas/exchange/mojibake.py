"""Text that was saved as UTF-8 and read as something else: found cheaply, and mended when somebody asks for it."""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from ftfy import TextFixerConfig, fix_text

from .places import Placed

# What the first byte of a letter beyond ASCII looks like to Windows, and then the second one; ftfy looks at the rest.
SIGNS = re.compile(r"[Â-ôĞğŞ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸıİşŞğ]")
# The same in the bytes of a file, or as JSON may write it: what has none of it need not be looked at text by text.
IN_BYTES = re.compile(rb"(?:\xc3[\x82-\xb4]|\xc4[\x9e\x9f]|\xc5\x9e)[\xc2-\xe2]|\\u0(?:0[c-fC-F]|1)")
BLOCK = 1024 * 1024  # bytes
ENCODING_ONLY = TextFixerConfig(
    unescape_html=False, remove_terminal_escapes=False, restore_byte_a0=False, replace_lossy_sequences=False,
    decode_inconsistent_utf8=True, fix_c1_controls=False, fix_latin_ligatures=False, fix_character_width=False,
    uncurl_quotes=False, fix_line_breaks=False, fix_surrogates=False, remove_control_chars=False, normalization=None,
    explain=False,
)  # fmt: skip
# What is left where Windows knew no letter for a byte and dropped it: nobody can tell any more what it was.
LOST = re.compile("[ðğ]Ÿ|â[€œ”š†ž]")
# What Turkish Windows reads otherwise than Western Windows does, which ftfy knows.
TURKISH = str.maketrans("ğĞıİşŞ", "ðÐýÝþÞ")


def may_be_in(file: BinaryIO) -> bool:
    """Whether a file is to be looked at more closely."""
    before = file.read(2)
    found = before in (b"\xff\xfe", b"\xfe\xff")
    while not found and (block := file.read(BLOCK)):
        found = IN_BYTES.search(before + block) is not None
        before = block[-6:]
    file.seek(0)
    return found


def suspects(document: dict) -> list[tuple[tuple, str, str]]:
    """The texts that look wrongly read, each with its path and what it would be; itself, where a part of it is lost."""
    found = ((path, text, mended_text(text)) for path, text in _texts(document))
    return [(path, text, better) for path, text, better in found if better != text or LOST.search(text)]


def mended(value: Any) -> Any:
    """The same document with such texts mended."""
    match value:
        case str():
            return mended_text(value)
        case Placed():
            return Placed({key: mended(inner) for key, inner in value.items()}, value.place, value.names)
        case dict():
            return {key: mended(inner) for key, inner in value.items()}
        case list():
            return [mended(inner) for inner in value]
    return value


def mended_text(text: str) -> str:
    """The text as it was meant; itself, where nothing speaks for another."""
    if text.isascii() or not SIGNS.search(text):
        return text
    for tried in (text, text.translate(TURKISH)):
        better = fix_text(tried, ENCODING_ONLY)
        if better != tried and better.count(" ") == text.count(" "):  # a blank that went was taken for a lost byte
            return better
    return text


def _texts(value: Any, path: tuple = ()) -> Iterator[tuple[tuple, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(inner, (*path, key))
