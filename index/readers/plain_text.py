"""Plain text: bytes in any encoding to paragraphs with their lines."""

import codecs
import unicodedata

from charset_normalizer import from_bytes

from wherein.index.documents.model import Document
from wherein.index.errors import Unreadable
from wherein.index.readers.double_encoding import repair_double_encoding
from wherein.index.readers.legacy_encodings import likely_encodings
from wherein.index.readers.paragraphs import split_paragraphs

# What text that fits no known language may be written in; with every code page that there is
# to choose from, Russian turns up as that of the Macintosh and one short German word as Urdu.
OLDER_ENCODINGS = (
    *("cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("koi8_r", "koi8_u", "iso8859_2", "iso8859_5", "iso8859_7", "iso8859_8"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
)

_BOMS = (  # UTF-32 first: the little-endian mark of UTF-16 is the beginning of its own
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WHITE = frozenset("\t\n\v\f\r\x85")


def read(source: str, data: bytes) -> Document:
    """Read a file as paragraphs; raises Unreadable, and nothing else, for what is not text.

    No block is empty, and its lines are those that an editor shows.
    """
    blocks = tuple(split_paragraphs(repair_double_encoding(decode(data))))
    if not blocks:
        raise Unreadable("it holds no text")
    return Document(source, blocks)


def decode(data: bytes) -> str:
    """The text of a file in whatever encoding it is; raises Unreadable for binary data."""
    if not data.strip():
        raise Unreadable("it is empty")
    text = _marked(data) or _wide(data) or _utf8(data) or _guessed(data)
    if _is_binary(data.decode("latin-1") if text is None else text):
        raise Unreadable("it holds binary data, not text")
    if text is None:
        raise Unreadable("its encoding is not known; saved as UTF-8 it can be read")
    return text


def _marked(data: bytes) -> str | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            # UTF-8 with a slip in it is left to those after this.
            return _strictly(data, encoding)
    return None


def _wide(data: bytes) -> str | None:
    """UTF-32 or UTF-16 without a mark: read rightly, its spaces at least are ASCII."""
    if b"\0" not in data:
        return None
    texts = [
        text
        for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
        if (text := _strictly(data, encoding)) is not None
        if _ascii(text) * 20 > len(text) and not _is_binary(text, ("Cc", "Cn", "Co"))
    ]
    return max(texts, key=_ascii, default=None)


def _ascii(text: str) -> int:
    return len(text.encode("ascii", "ignore"))


def _utf8(data: bytes) -> str | None:
    """UTF-8, also with a few bad bytes in it: by chance alone long sequences are seldom valid."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(text) - _ascii(text) - bad
    return text if good >= 4 * bad else None


def _guessed(data: bytes) -> str | None:
    if b"\0" in data:
        return None
    for encoding in likely_encodings(data):
        if (text := _strictly(data, encoding)) is not None:
            return text
    best = from_bytes(data, cp_isolation=list(OLDER_ENCODINGS)).best()
    return None if best is None else str(best)


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_binary(text: str, signs: tuple[str, ...] = ("Cc",)) -> bool:
    """More than one character in thirty is of these Unicode categories: controls, if not more.

    C1 controls are let pass: they are what UTF-8 read as Latin-1 and saved again leaves behind.
    """
    bad = sum(
        text.count(character)
        for character in set(text)
        if character not in _WHITE
        and not "\x80" <= character < "\xa0"
        and unicodedata.category(character) in signs
    )
    return bad * 30 > len(text)
