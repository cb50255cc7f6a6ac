"""Bytes to text, whatever the label says: only known charsets, wrong labels found out."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Final

from charset_normalizer import from_bytes

Note = Callable[[str], None]

# Wider sets that hold all of what is meant by a label, and labels that Python does not know.
_KNOWN: Final = {
    "": "ascii",
    "ascii": "ascii", "us-ascii": "ascii", "ansi-x3.4-1968": "ascii", "646": "ascii",
    "7bit": "ascii", "8bit": "ascii", "default": "ascii", "unknown-8bit": "ascii",
    "x-unknown": "ascii", "unknown": "ascii", "binary": "ascii",
    "utf-8": "utf-8", "utf8": "utf-8", "utf-8-sig": "utf-8", "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8", "cp65001": "utf-8", "windows-65001": "utf-8",
    "utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
    "gb2312": "gb18030", "gb-2312": "gb18030", "gb-2312-80": "gb18030", "chinese": "gb18030",
    "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "936": "gb18030", "ms936": "gb18030",
    "windows-936": "gb18030", "gb18030": "gb18030", "euc-cn": "gb18030", "x-euc-cn": "gb18030",
    "hz-gb-2312": "hz", "hz": "hz",
    "big5": "big5hkscs", "big-5": "big5hkscs", "cn-big5": "big5hkscs", "x-x-big5": "big5hkscs",
    "big5-hkscs": "big5hkscs", "big5hkscs": "big5hkscs", "cp950": "cp950", "windows-950": "cp950",
    "euc-tw": "big5hkscs",
    "shift-jis": "cp932", "shift_jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "windows-31j": "cp932", "cp932": "cp932", "euc-jp": "euc_jp", "x-euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext", "iso-2022-jp-2": "iso2022_jp_2", "iso-2022-kr": "iso2022_kr",
    "iso-2022-jp-ms": "iso2022_jp_ext", "cp50220": "iso2022_jp_ext",
    "euc-kr": "cp949", "ks-c-5601-1987": "cp949", "ks-c-5601": "cp949", "cp949": "cp949",
    "windows-949": "cp949", "korean": "cp949", "johab": "johab",
    "koi8-r": "koi8_r", "koi8": "koi8_r", "koi8-u": "koi8_u", "cp866": "cp866", "ibm866": "cp866",
    "tis-620": "cp874", "windows-874": "cp874", "macintosh": "mac_roman", "mac": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic", "cp437": "cp437", "ibm437": "cp437", "cp850": "cp850",
    "latin1": "cp1252", "latin-1": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252",
    "iso-8859-1-i": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874",
}  # fmt: skip
# These say "I do not know" as often as they are meant.
_VAGUE: Final = frozenset({"ascii", "cp1252"})
_REFUSED: Final = frozenset({"utf-7", "utf7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7"})
_SINGLE: Final = frozenset({"cp866", "cp874", "cp437", "cp850"})
_SAMPLE: Final = 32_768
_GUESSED: Final = [
    "cp1251", "koi8_r", "cp1252", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp932",
    "euc_jp", "cp949", "big5hkscs", "gb18030", "iso8859_5", "cp866", "cp874",
]  # fmt: skip


def codec_of(label: str) -> str | None:
    """Python's name of a charset; None where it is unknown, or no charset that text comes in."""
    plain = label.strip().strip("'\"").lower().replace("_", "-").replace(" ", "-")
    known = _KNOWN.get(plain)
    if known is not None:
        return known
    for family in ("iso-8859-", "iso8859-", "windows-125", "cp125"):
        rest = plain.removeprefix(family)
        if rest != plain and rest.isascii() and rest.isdigit() and len(rest) <= 2:
            name = f"cp125{rest}" if "125" in family else f"iso8859_{rest}"
            return name if _is_codec(name) else None
    return None


def decode(raw: bytes, label: str, note: Note) -> str:
    """The text of `raw`, which says that it is in the charset `label`; it may lie.

    What was declared is tried, then UTF-8, then what the bytes look like; the last resort is what
    was declared with a mark for each byte that is none of it.

    Args:
        raw: The bytes, of one charset.
        label: As the mail writes it; empty where it says nothing.
        note: Called with `charset_unknown`, `charset_refused` (UTF-7), `charset_wrong`.
    """
    declared = _declared(label, note)
    if raw.isascii() and declared not in ("utf-16", "utf-16-le", "utf-16-be", "hz") and (
        not declared.startswith("iso2022")
    ):  # fmt: skip
        return raw.decode("ascii")
    if declared not in _VAGUE:
        said = _strictly(raw, declared)
        if said is not None and not _better_as_utf8(raw, declared):
            return said
    said = _strictly(raw, "utf-8")
    if said is not None:
        if declared != "utf-8":
            note("charset_wrong")
        return said
    for codec in ("utf-8",) if declared in _VAGUE else (declared, "utf-8"):
        said = _nearly(raw, codec)
        if said is not None:
            note("charset_wrong")
            return said
    found = _looks_like(raw, declared)
    if found is not None:
        if found != declared:
            note("charset_wrong")
        return raw.decode(found, "replace")
    note("charset_wrong")
    return raw.decode("utf-8" if declared == "ascii" else declared, "replace")


def _declared(label: str, note: Note) -> str:
    plain = label.strip().lower()
    if plain in _REFUSED:
        # The same characters in UTF-7 are markup that no filter sees.
        note("charset_refused")
        return "ascii"
    found = codec_of(label)
    if found is None:
        note("charset_unknown")
    return found or "ascii"


def _better_as_utf8(raw: bytes, declared: str) -> bool:
    """Single-byte charsets take anything; long text that is UTF-8 all through is hardly else."""
    single = declared.startswith(("cp125", "iso8859", "koi8", "mac_")) or declared in _SINGLE
    return single and not raw.isascii() and _strictly(raw, "utf-8") is not None


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeDecodeError, ValueError):
        return None


def _nearly(raw: bytes, codec: str) -> str | None:
    """The text where no more than one character in fifty, or the cut one at the end, is none."""
    said = raw.decode(codec, "replace")
    wrong = said.count("\ufffd") - said.endswith("\ufffd")
    return said if wrong * 50 < len(said) else None


def _looks_like(raw: bytes, declared: str) -> str | None:
    """The charset the bytes are most likely in; None where nothing says so."""
    sample = _whole_lines(raw)
    hanzi = _hanzi(sample)
    if hanzi is not None:
        return hanzi
    if declared == "cp1252" and _few_high(sample):
        return "cp1252"
    best = from_bytes(sample, cp_isolation=_GUESSED, steps=3, chunk_size=512).best()
    if best is None:
        return "cp1252" if declared == "cp1252" else None
    return best.encoding if _is_codec(best.encoding) else None


def _few_high(sample: bytes) -> bool:
    high = sum(byte > 0x7F for byte in sample)
    return high < 8 or high * 2 < len(sample)


def _hanzi(sample: bytes) -> str | None:
    """Chinese, where nearly all pairs of bytes are common characters of one of the two sets."""
    shares = {
        "gb18030": _share(sample, 0xB0, 0xD7, 0xA1, "gb18030"),
        "big5hkscs": _share(sample, 0xA4, 0xC6, 0x40, "big5hkscs"),
    }
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= 0.85 else None


def _share(sample: bytes, low: int, high: int, second: int, codec: str) -> float:
    """Share of the pairs whose first byte lies among those of the common characters."""
    if _strictly(sample, codec) is None:
        return 0.0
    pairs = common = at = 0
    while at < len(sample):
        byte = sample[at]
        if byte < 0x80:
            at += 1
            continue
        pairs += 1
        after = sample[at + 1] if at + 1 < len(sample) else 0
        # Punctuation and full-width letters stand in rows of their own.
        common += (low <= byte <= high and after >= second) or byte in (0xA1, 0xA3)
        at += 2
    return common / pairs if pairs else 0.0


def _whole_lines(raw: bytes) -> bytes:
    if len(raw) <= _SAMPLE:
        return raw
    return raw[: raw.rfind(b"\n", 0, _SAMPLE) + 1] or raw[:_SAMPLE]


def _is_codec(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True
