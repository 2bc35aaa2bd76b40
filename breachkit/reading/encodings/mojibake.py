"""Text that was read in a wrong encoding before it came to us (`RENÃ‰E`, `FranÃ§ois`, `H‚lŠne`), put right.

Only what has one sensible reading is touched: bytes of UTF-8 that were read in an 8-bit encoding make a French
character again, or one 8-bit encoding read as another makes French of what was none (`french_bytes` scores both).
The rest is left to ftfy (Robyn Speer, « ftfy », Zenodo 2019), of which only the repair of encodings is used. What is
lost stays lost: `RENÃE` does not become `RENÉE`.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import polars as pl

from breachkit.reading.encodings.french_bytes import character_scores, french_characters, text_score

# How UTF-8 was misread. "latin-1" beside cp1252: some programs keep the control characters.
MISREADINGS = ("cp1252", "latin-1", "cp850", "mac_roman", "cp437")
# One 8-bit encoding (what the text was) read as another (what it was taken for; cp1252 with its gaps as control
# characters, which is ISO 8859-1 too).
SINGLE = ("cp1252", "cp850", "mac_roman")
CONFUSIONS = tuple((was, taken) for was in SINGLE for taken in SINGLE if was != taken)
MAX_LAYERS = 4
# A repair must make the text this much more French, in logarithms of odds; choices. A whole cell read otherwise needs
# more than one sequence that is valid UTF-8 too.
BETTER_SEQUENCE = 3.0
BETTER_CELL = 8.0
BETTER_LIKELY_CELL = 4.0  # where the same confusion put right LIKELY_CELLS others of its column
LIKELY_CELLS = 3
FRENCH_MEAN = -4.0  # and leave its characters as French as this on average
FRENCH_LEAST = -8.5  # and none less than this
# Signs that may follow a letter in right text: what they end is decided in its place.
AFTER_A_LETTER = frozenset("»”’‘“…–—·•\u00a0")
# Cells that may need a repair. Each alternative is a sign or letter of a misreading, most with what must follow.
UTF8_SIGNS = "|".join(
    (
        r"[ÃÂÅÄÊËÎÐÑ][\x{80}-\x{BF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ]",
        r"[â][\x{80}-\x{9F}€‚\x{84}„†ˆ]",
        r"[√¬≈][^\s\d]",
        r"‚[ÄÀ]|[├┬┼╔╩ΓÔ][^\sA-Za-z0-9]",
        r"[\x{80}-\x{9F}]",
    )
)
SUSPICIOUS = "|".join(
    (
        UTF8_SIGNS,
        r"\p{L}[‚„…†‡ˆ‰‹“”–—ƒŽŠ¤¢§¶¨ºª¯±µ¸÷×‗¹¾¼½┌-╬▀-█]+[\p{L}\s]?",
        r"[\p{L}--[nN]]°|[\p{L}--[mM]][²³]",  # n° and m² are right
        r"\p{Ll}[\p{Lu}&&[^\x00-\x7F]]",
        r"[┌-╬▀-▓]\p{L}|[þÞ][a-z]|[a-z][þÞ]|^[‚ƒ…Š„ˆ‡–]\p{L}",
    )
)


@cache
def _sequences() -> tuple[dict[str, str], dict[str, str]]:
    """What French characters become when their UTF-8 is misread: sure ones, and those decided in their place."""
    sure: dict[str, str] = {}
    doubtful: dict[str, str] = {}
    for encoding in MISREADINGS:
        for character in french_characters():
            misread = character.encode().decode(encoding, errors="replace")
            if "\ufffd" in misread:
                continue
            signs = [one for one in misread[1:] if not one.isalpha() and one not in AFTER_A_LETTER]
            known = sure if signs else doubtful
            known.setdefault(misread, character)
    return sure, {misread: right for misread, right in doubtful.items() if misread not in sure}


@cache
def _pattern(*, sure: bool) -> re.Pattern[str]:
    known = _sequences()[0 if sure else 1]
    return re.compile("|".join(re.escape(one) for one in sorted(known, key=len, reverse=True)))


SEVERAL_LAYERS = re.compile("Ã[ƒ‚…†\x83\x82]|Æ’|Â[€ƒ‚„…]|√[É¬]|├[âé┬]")
SMALL_A_GRAVE = re.compile(r"(?<=[a-zéèêç])Ã (?= |$|[a-z,.;:!?)])|(?<=[a-zéèêç] )Ã (?: ?)(?=\w)")


def repair_text(text: str) -> str:
    """The text as it was before it was misread, or the same text."""
    repaired = _as_utf8(text)
    confusion = _confusion(repaired, frozenset())
    return _read_again(repaired, confusion) if confusion else repaired


def _as_utf8(text: str) -> str:
    """The text with the UTF-8 that was read in 8-bit encodings put right, layer by layer."""
    if text.isascii():
        return text
    if SEVERAL_LAYERS.search(text):
        text = _by_ftfy(text)
    for _ in range(MAX_LAYERS):
        repaired = _pattern(sure=True).sub(lambda found: _sequences()[0][found.group()], text)
        repaired = _small_a_grave(_in_place(repaired))
        if repaired == text:
            break
        text = repaired
    return _by_ftfy(text)


def _in_place(text: str) -> str:
    """Doubtful sequences replaced where the text becomes more French."""
    at = 0
    while found := _pattern(sure=False).search(text, at):
        right = _sequences()[1][found.group()]
        replaced = text[: found.start()] + right + text[found.end() :]
        if text_score(replaced) > text_score(text) + BETTER_SEQUENCE:
            text, at = replaced, found.start() + len(right)
        else:
            at = found.start() + 1
    return text


def _small_a_grave(text: str) -> str:
    """à whose second byte, a no-break space, became a space: every other small letter keeps a byte that is seen."""
    if "Ã " not in text or text.isupper():
        return text
    return SMALL_A_GRAVE.sub(lambda found: "à" if found.end() < len(text) and text[found.end()] == " " else "à ", text)


def _by_ftfy(text: str) -> str:
    """ftfy's repair of encodings, where it makes the text more French; what is lost stays lost."""
    from ftfy import TextFixerConfig, fix_encoding

    config = TextFixerConfig(
        unescape_html=False, normalization=None, restore_byte_a0=False, replace_lossy_sequences=False
    )
    repaired = fix_encoding(text, config)
    return repaired if repaired != text and text_score(repaired) > text_score(text) else text


def _read_again(text: str, confusion: tuple[str, str]) -> str:
    was, taken = confusion
    if taken != "cp1252":
        return text.encode(taken).decode(was)
    held = (one.encode("latin-1" if "\x80" <= one <= "\x9f" else taken) for one in text)
    return b"".join(held).decode(was)


def _confusion(text: str, likely: frozenset[tuple[str, str]]) -> tuple[str, str] | None:
    """The 8-bit encoding and the one it was read in, if only putting that right makes the text French."""
    now = text_score(text)
    best, best_gain = None, 0.0
    for confusion in CONFUSIONS:
        try:
            again = _read_again(text, confusion)
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        if not any(one.isalpha() and not one.isascii() for one in again):
            continue
        scores = character_scores(again)
        gain = sum(scores) - now - (BETTER_LIKELY_CELL if confusion in likely else BETTER_CELL)
        least = FRENCH_LEAST if confusion in likely else FRENCH_MEAN
        french = sum(scores) > least * len(scores) and min(scores) > FRENCH_LEAST
        if gain > best_gain and french:
            best, best_gain = confusion, gain
    return best


def _key(text: str) -> str:
    """The words of a text that hold more than ASCII: all that tells one 8-bit encoding from another."""
    return " ".join(word for word in text.split() if not word.isascii())


def _repaired(cells: pl.Series) -> dict[str, str]:
    """The distinct cells that change, each with what it becomes."""
    signs = cells.str.contains(UTF8_SIGNS).to_list()
    plain = {cell: _as_utf8(cell) if sign else cell for cell, sign in zip(cells.to_list(), signs, strict=True)}
    keys = {cell: _key(text) for cell, text in plain.items()}
    told = {key: _confusion(key, frozenset()) for key in set(keys.values())}
    often = Counter(confusion for key in keys.values() if (confusion := told[key]))
    likely = frozenset(confusion for confusion, count in often.items() if count >= LIKELY_CELLS)
    if likely:
        told = {key: found or _confusion(key, likely) for key, found in told.items()}
    for cell, key in keys.items():
        if confusion := told[key]:
            plain[cell] = _read_again(plain[cell], confusion)
    return {cell: text for cell, text in plain.items() if text != cell}


def repair_mojibake(frame: pl.DataFrame, columns: list[str]) -> tuple[pl.DataFrame, pl.Series, dict[str, int]]:
    """The frame with misread cells put right, whether each record was touched (Boolean), and cells per column.

    Distinct suspicious cells alone are looked at one by one. Columns without repair are not in the counts.
    """
    touched = pl.Series("touched", [False], dtype=pl.Boolean).new_from_index(0, len(frame))
    counts: dict[str, int] = {}
    for name in columns:
        suspicious = frame[name].str.contains(SUSPICIOUS).fill_null(value=False)
        if not suspicious.any():
            continue
        repaired = _repaired(frame[name].filter(suspicious).unique())
        if not repaired:
            continue
        changed = frame[name].is_in(list(repaired)).fill_null(value=False)
        frame = frame.with_columns(pl.col(name).replace(list(repaired), list(repaired.values())))
        counts[name] = int(changed.sum())
        touched = touched | changed
    return frame, touched, counts
