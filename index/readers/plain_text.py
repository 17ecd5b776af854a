"""Reads plain text in any encoding as paragraphs with their lines."""

import codecs
import unicodedata

from charset_normalizer import from_bytes

from wherein.index.documents.model import Document
from wherein.index.errors import Unreadable
from wherein.index.readers.double_encoding import repair_double_encoding
from wherein.index.readers.legacy_encodings import likely_encodings
from wherein.index.readers.paragraphs import split_paragraphs
from wherein.index.structure.emails import read_email_header

# The encodings of a text that fits no known language. With every code page to choose from, the
# detector reads Russian in that of the Macintosh, and a short German word as Urdu.
LEGACY_ENCODINGS = (
    *("cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("koi8_r", "koi8_u", "iso8859_2", "iso8859_5", "iso8859_7", "iso8859_8"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
)

_BOMS = (  # UTF-32 first, because the little-endian mark of UTF-16 begins that of UTF-32
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WHITE_SPACE = frozenset("\t\n\v\f\r\x85")


def read(source: str, data: bytes) -> Document:
    """Read a plain-text file.

    Args:
        source: The path of the file relative to the folder.
        data: The bytes of the file.

    Returns:
        The document. Each block is a paragraph with the line numbers that an editor shows, and
        none is empty. The header of an email is recognised.

    Raises:
        Unreadable: The file contains no text, or text in an unknown encoding.
    """
    blocks = tuple(split_paragraphs(repair_double_encoding(decode(data))))
    if not blocks:
        raise Unreadable("it contains no text")
    return Document(source, blocks, email=read_email_header(blocks))


def decode(data: bytes) -> str:
    """Decode the text of a file in any encoding.

    Args:
        data: The bytes of the file.

    Returns:
        The text.

    Raises:
        Unreadable: The file is empty or binary, or its encoding is unknown.
    """
    if not data.strip():
        raise Unreadable("it is empty")
    text = _with_mark(data) or _without_mark(data) or _as_utf8(data) or _in_likely_encoding(data)
    if _is_binary(data.decode("latin-1") if text is None else text):
        raise Unreadable("it contains binary data, not text")
    if text is None:
        raise Unreadable("its encoding is unknown; save it as UTF-8")
    return text


def _with_mark(data: bytes) -> str | None:
    """Decode a text with a byte order mark. UTF-8 with bad bytes is left to `_as_utf8`."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_strictly(data, encoding)
    return None


def _without_mark(data: bytes) -> str | None:
    """Decode UTF-32 or UTF-16 without a byte order mark: at least the spaces must be ASCII."""
    if b"\0" not in data:
        return None
    texts = [
        text
        for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
        if (text := _decode_strictly(data, encoding)) is not None
        if _count_ascii(text) * 20 > len(text) and not _is_binary(text, ("Cc", "Cn", "Co"))
    ]
    return max(texts, key=_count_ascii, default=None)


def _count_ascii(text: str) -> int:
    return len(text.encode("ascii", "ignore"))


def _as_utf8(data: bytes) -> str | None:
    """Decode UTF-8, also with a few bad bytes: few texts in other encodings are valid UTF-8."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(text) - _count_ascii(text) - bad
    return text if good >= 4 * bad else None


def _in_likely_encoding(data: bytes) -> str | None:
    if b"\0" in data:
        return None
    for encoding in likely_encodings(data):
        if (text := _decode_strictly(data, encoding)) is not None:
            return text
    best = from_bytes(data, cp_isolation=list(LEGACY_ENCODINGS)).best()
    return None if best is None else str(best)


def _decode_strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_binary(text: str, categories: tuple[str, ...] = ("Cc",)) -> bool:
    """Return whether more than one character in thirty is of these Unicode categories.

    C1 controls do not count, because UTF-8 that was read as Latin-1 contains them.
    """
    bad = sum(
        text.count(character)
        for character in set(text)
        if character not in _WHITE_SPACE
        and not "\x80" <= character < "\xa0"
        and unicodedata.category(character) in categories
    )
    return bad * 30 > len(text)
