"""Text that was UTF-8, was read as Latin-1 or cp1252, and was saved as UTF-8 again: "1986â€“90"."""

import re


def _as_cp1252(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:  # five bytes stand for nothing there
        return chr(byte)


_BYTES = {_as_cp1252(byte): byte for byte in range(0x80, 0x100)} | {
    chr(byte): byte for byte in range(0x80, 0x100)
}
_AFTER = "[" + "".join(re.escape(c) for c, byte in _BYTES.items() if byte < 0xC0) + "]"
_C1 = "[\x80-\x9f]"
# Dashes, quotes and the like; Latin, Greek and Cyrillic letters; others only with a C1 control
# among them, which nobody writes: "é »" has the bytes of a Chinese character.
_MANGLED = re.compile(
    rf"â[€\x80-\x84]{_AFTER}|[Â-ÅÎÏÐÑ]{_AFTER}"
    rf"|(?=[Æ-ô]{_AFTER}{{0,2}}{_C1})(?:[Æ-ß]{_AFTER}|[à-ï]{_AFTER}{{2}}|[ð-ô]{_AFTER}{{3}})"
)
_PROOF = re.compile(rf"â[€\x80]{_AFTER}|[Â-ô]{_C1}")


def mended(text: str) -> str:
    """The text as it was meant; unchanged where no sequence proves that it was mangled."""
    return _MANGLED.sub(_meant, text) if _PROOF.search(text) else text


def _meant(mangled: re.Match[str]) -> str:
    try:
        meant = bytes(_BYTES[character] for character in mangled[0]).decode("utf-8")
    except UnicodeDecodeError:
        return mangled[0]
    return meant if meant.isprintable() or meant == "\xa0" else mangled[0]
