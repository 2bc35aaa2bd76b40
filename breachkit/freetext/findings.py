"""What notes reveal: the two public functions of this room.

`find_mentions` for a column of distinct texts, `classify_lines` for JSON lines. Neither ever gives back a
word of a text: a mention is a category, an assertion, a subject, a position and the rule that fired.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from breachkit.errors import UsageError
from breachkit.freetext.echo import Found, echoes
from breachkit.freetext.fold import FoldedText, fold
from breachkit.freetext.identifiers import FoundIdentifier, find_identifiers
from breachkit.freetext.lexicon import CATEGORIES, Assertion, Lexicon, Rule, Subject, load_lexicon
from breachkit.freetext.match import Match, matches
from breachkit.freetext.qualify import Cues, assertion_of, compile_cues, context, subject_of
from breachkit.freetext.spelling import respell
from breachkit.freetext.spot import Candidate, candidates

if TYPE_CHECKING:
    import polars as pl

BATCH_CHARACTERS = 20_000_000
BATCH_LINES = 50_000  # lines of `breachkit text` analysed together; our choice, a few megabytes
_IDENTIFIER_RULES = {
    kind: Rule(f"{category}.{kind}", category, assertion="affirmed")
    for kind, category in (
        ("iban", "identifier"), ("nir", "identifier"), ("phone", "identifier"), ("email", "identifier"),
        ("plate", "identifier"), ("document", "identifier"), ("full_name", "identifier"), ("bare_code", "access_code"),
    )
}  # fmt: skip


_HALF_PAIR = re.compile("[\ud800-\udfff]")  # half of a character, written \\ud800 in JSON: no text in UTF-8 holds it
# « 06 39 98 12 45 (celui de Paul) »: a number given as somebody else's.
_REACHED_AFTER = re.compile(
    r"^[ ,(=:\n-]*(?:(?:au |le |la |son |c est |c )?(?:tel|telephone|numero|num|n|portable|port|gsm|fixe|ligne"
    r"|mail|adresse"
    r"|boite|celui|celle|cpte|compte|rib|iban|livret|cb|voiture|vehicule|plaque|scooter|moto)"
    r"(?: (?:perso|pro|mail|du bureau|commune?|prete[a-z]*|fixe))* )?"
    r"(?:(?:de la|de|du|des|d un|d une|d|chez|c est|c|au nom (?:de|du)|appartient (?:a|au)|prete[a-z]* par|via)"
    r" (?!la patiente|patient|domicile|(?:le|la|son|l) (?:nouve|bon|seul|meme|sien|numero)|preference|mme |mr "
    r"|lui|elle |\d|joindre|rappel|appel|urgence|contact"
    r"|nouve|merci|l \w+ \d)"
    r"[a-z]|a (?:sa|son|mon|ses|la|un|une) [a-z]{3,}(?= *(?:$|[,.;)])))"
)


# « garée devant, c'est sa colocataire »
_BELONGS_AFTER = re.compile(
    r"(?<![a-z])(?:c est|c|celui de|celle de|ceux de|au nom de|appartient a) (?:celui de |celle de )?(?:sa|son"
    r"|ses|la|le|l|un|une) "
    r"(?!patient|sien|mienne|meme|seul|bon|nouve|ancien|numero|portable|fixe|mail|tel|adresse)[a-z]{3,}"
)


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A sensitive statement found in a text; positions are characters of the original text."""

    start: int
    end: int
    category: str
    topic: str | None
    assertion: str
    subject: str
    rule: str


def find_mentions(texts: pl.Series) -> pl.DataFrame:
    """The mentions of each text, one row per category, topic, assertion and subject of a text.

    `texts` holds distinct texts (nulls allowed). Columns: text_index (UInt32, position in `texts`), category,
    topic (nullable), assertion, subject, start, end (characters of the original, end exclusive), rule.
    Rows are in order of text, position and category. No word of a text is ever returned.
    """
    import polars as pl

    columns: dict[str, list[Any]] = {name: [] for name in _SCHEMA}
    for index, mentions in _mentions_of_texts(texts):
        for mention in mentions:
            columns["text_index"].append(index)
            for name in _FIELDS:
                columns[name].append(getattr(mention, name))
    schema = {name: pl.UInt32 if name in {"text_index", "start", "end"} else pl.String for name in _SCHEMA}
    return pl.DataFrame(columns, schema=schema)


_FIELDS = ("category", "topic", "assertion", "subject", "start", "end", "rule")
_SCHEMA = ("text_index", *_FIELDS)


def _mentions_of_texts(texts: pl.Series) -> Iterator[tuple[int, list[Mention]]]:
    """The mentions of each candidate text with its position, in order; the pieces of a long one put together."""
    lexicon = load_lexicon()
    cues = compile_cues(lexicon)
    gathered: list[Mention] = []
    last, several = -1, False
    read: dict[tuple[str, int, int], list[Mention]] = {}  # the pieces of long texts: some only repeat a line
    for candidate, corrections in candidates(texts, lexicon):
        if candidate.index != last:
            yield last, _first_of_each(gathered) if several else gathered
            last, gathered, several = candidate.index, [], False
            read.clear()
        if candidate.is_whole:
            gathered = _mentions(candidate, corrections, lexicon, cues)
            continue
        several, key = True, (candidate.text, candidate.core_start, candidate.core_end)
        if key not in read:
            read[key] = _mentions(candidate, corrections, lexicon, cues)
        gathered += [
            replace(mention, start=mention.start + candidate.offset, end=mention.end + candidate.offset)
            for mention in read[key]
        ]
    yield last, _first_of_each(gathered) if several else gathered


def _mentions(candidate: Candidate, corrections: dict[str, str], lexicon: Lexicon, cues: Cues) -> list[Mention]:
    """The mentions of one text, or those that begin in the core of a piece; positions are the piece's own."""
    text = candidate.text
    plain = fold(text)
    found: list[Mention] = []
    if candidate.awake:
        folded = respell(plain, corrections, text)
        said = _said(_unambiguous(matches(text, folded, candidate.awake, lexicon)), folded.text, cues)
        found += [_mention(one, folded) for one in (*said, *_new(echoes(folded.text, said, cues), said))]
    if candidate.identifying:
        found += [_identifier_mention(one, plain, cues) for one in find_identifiers(text)]
    return _first_of_each([one for one in found if candidate.core_start <= one.start < candidate.core_end])


def _said(found: list[Match], text: str, cues: Cues) -> list[Found]:
    """What each match says, and of whom."""
    said: list[Found] = []
    judged: dict[tuple[Any, ...], tuple[Assertion, Subject]] = {}
    for match in found:
        rule = match.rule
        key = (match.start, match.end, rule.category, rule.topic, rule.kind, rule.assertion, rule.subject)
        if key not in judged:  # several rules may know the same words
            around = context(text, match)
            judged[key] = assertion_of(match, around, cues), subject_of(match, around, cues)
        assertion, subject = judged[key]
        for category, topic in ((rule.category, rule.topic), *rule.also):
            said.append(Found(match.start, match.end, category, topic, assertion, subject, rule.id))
    return said


def _unambiguous(found: list[Match]) -> list[Match]:
    """Without the statements on whose words another rule of the category knows better: a fixed assertion, or a test."""
    knowing = [match for match in found if match.rule.assertion is not None or match.rule.kind == "test"]
    if not knowing:
        return found
    return [
        match
        for match in found
        if match.rule.assertion is not None
        or not any(
            other.rule.category == match.rule.category
            and other.start <= match.start
            and match.end <= other.end
            and (other.rule.assertion is not None or match.rule.kind != "test")
            for other in knowing
        )
    ]


def _mention(found: Found, folded: FoldedText) -> Mention:
    start, end = folded.original_span(found.start, found.end)
    return Mention(start, end, found.category, found.topic, found.assertion, found.subject, found.rule)


def _new(added: list[Found], said: list[Found]) -> list[Found]:
    """The echoes that say something new: one per category, assertion and subject, whatever the topic."""
    known = {(one.category, one.assertion, one.subject) for one in said}
    kept: list[Found] = []
    for one in added:
        key = (one.category, one.assertion, one.subject)
        if key not in known:
            known.add(key)
            kept.append(one)
    return kept


def _identifier_mention(found: FoundIdentifier, folded: FoldedText, cues: Cues) -> Mention:
    rule = _IDENTIFIER_RULES[found.kind]
    subject = "patient"
    if found.kind == "full_name":
        subject = "third_party"
    elif found.category == "identifier":
        match = Match(rule, min(found.start, len(folded.text)), min(found.end, len(folded.text)))
        around = context(folded.text, match)
        if (
            cues.relation.search(around.sentence_before)
            or cues.reached.search(around.sentence_before)
            or cues.relation_after.search(around.sentence_after)
            or cues.relation_head.match(around.sentence_after.lstrip(" ,(=:-"))
            or _REACHED_AFTER.match(folded.text[match.end :])
            or _BELONGS_AFTER.search(around.sentence_after)
        ):
            subject = "third_party"
    return Mention(found.start, found.end, found.category, None, "affirmed", subject, rule.id)


def _first_of_each(found: list[Mention]) -> list[Mention]:
    """One mention per category, topic, assertion and subject: the first; in order of position."""
    first: dict[tuple[str, str | None, str, str], Mention] = {}
    for mention in sorted(found, key=_order):
        first.setdefault((mention.category, mention.topic, mention.assertion, mention.subject), mention)
    return sorted(first.values(), key=_order)


def _order(mention: Mention) -> tuple[int, int, int, str, str]:
    return mention.start, mention.end, CATEGORIES.index(mention.category), mention.topic or "", mention.rule


def classify_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The findings of each JSON line `{"id", "text"}`, in order, without the text.

    Works in batches, so a stream of any length fits in memory; blank lines are skipped. Raises UsageError
    with the number of the line that is not such an object, never its content.
    """
    import polars as pl

    numbered = enumerate(lines, 1)
    while batch := list(_batch(numbered)):
        records = [_record(number, line) for number, line in batch if line.strip("\ufeff \t\r\n")]
        position: dict[str, int] = {}
        for _, text in records:
            position.setdefault(text, len(position))
        rows = find_mentions(pl.Series("text", list(position), dtype=pl.String))
        findings: list[list[dict[str, Any]]] = [[] for _ in position]
        for row in rows.iter_rows(named=True):
            finding = {key: row[key] for key in ("category", "topic", "assertion", "subject", "start", "end")}
            if finding["topic"] is None:
                del finding["topic"]
            findings[row["text_index"]].append(finding)
        for identifier, text in records:
            yield {"id": identifier, "findings": findings[position[text]]}


def _batch(numbered: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The next lines: as many as are analysed together, fewer where they are long."""
    characters = 0
    for number, line in islice(numbered, BATCH_LINES):
        yield number, line
        characters += len(line)
        if characters > BATCH_CHARACTERS:
            return


def _record(number: int, line: str) -> tuple[Any, str]:
    try:
        record = json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):  # also a number of more digits than Python reads
        raise _bad_line(number) from None
    if not isinstance(record, dict) or "id" not in record or not isinstance(record.get("text"), str | None):
        raise _bad_line(number)
    return record["id"], _HALF_PAIR.sub("\ufffd", record.get("text") or "")


def _bad_line(number: int) -> UsageError:
    return UsageError(
        f"Ligne {number} : un objet JSON avec « id » et « text » était attendu.",
        f"Line {number}: a JSON object with “id” and “text” was expected.",
    )
