"""The leak gate of one analysis: what its workspace holds, and what may stand in its outputs all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

from breachkit import privacy
from breachkit.execution.bundled import notebooks_folder
from breachkit.freetext.vocabulary import vocabulary
from breachkit.impact import Impact
from breachkit.reference.catalogue import resource
from breachkit.release.gate import Allowed, Gate

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
OWN_SUFFIXES = {".py", ".toml", ".typ", ".md", ".tsv", ".json", ".css", ".j2"}
NOT_WORDING = {"lexicon", "lists", "_bundled"}  # they recognise names and values, and are never shown
# Lists of common words and names; the wide ones hold rare names too.
ORDINARY_LISTS = (
    *("family_names", "given_names", "towns", "towns_wide", "departments", "countries", "nationalities"),
    *("occupations", "organisation_words", "company_words", "product_words", "specialties", "status_words"),
    *("document_words", "insurers", "care_units", "titles"),
)


def gate_of(impact: Impact, connection: Any, *, besides: Sequence[date] = (), said: Sequence[str] = ()) -> Gate:
    """The gate for the outputs of this impact; `connection` opens its workspace, ValueError where it is another's.

    `besides` are dates that may be told, those of the run in the manifest; `said` what a person wrote there.
    """
    columns = privacy.held_columns(connection, [[one.field for one in table.columns] for table in impact.tables])
    return Gate(partial(privacy.known, connection, columns=columns), allowed(impact, besides, said))


def allowed(impact: Impact, besides: Sequence[date] = (), said: Sequence[str] = ()) -> Allowed:
    """What may stand in the outputs: our wording, the controllers' identity, what a person has told of the controller.

    In the title, the description and the measures of an incident, in names of files, tables and columns, an ordinary
    word may well be a patient's family name (MARCHAND, BLANC); a whole name, a rare one, a telephone, an address, a
    number of a file are not spared there.
    """
    identity = [str(impact.incident.get(section, "")) for section in ("controller", "processor")]
    controllers = [text for one in impact.controllers for text in (one.id, one.specialty or "")]
    files = [text for one in impact.sources for text in (one.file, one.member or "", one.table or "")]
    columns = [text for table in impact.tables for text in (table.name, *(one.name for one in table.columns))]
    return Allowed(
        names=[one.label for one in impact.controllers if one.label],
        texts=[*identity, *controllers, *own_texts(), *said],
        told=[str(impact.incident), *files, *columns],
        ordinary=ordinary_words(),
        days=list(_days(impact)),
        other_days=besides,
    )


def _days(impact: Impact) -> Iterator[date]:
    """The dates of the incident, of the ages and of what is owed."""
    yield impact.reference_date
    told = f"{impact.incident.get('dates', '')} {impact.obligations.deadline or ''}"
    for day in ISO_DAY.findall(told):
        yield date.fromisoformat(day)


@cache
def own_texts() -> tuple[str, ...]:
    """Our code, wording, templates and notebooks; not the lists of names that recognise names."""
    package = Path(str(resources.files("breachkit")))
    found = (
        path
        for path in package.rglob("*")
        if path.suffix in OWN_SUFFIXES and not NOT_WORDING & set(path.relative_to(package).parts)
    )
    paths = [*sorted(found), *sorted(notebooks_folder().glob("*.ipynb"))]
    return tuple(path.read_text(encoding="utf-8") for path in paths)


@cache
def ordinary_words() -> tuple[str, ...]:
    """Words of the French dictionary, and common names of persons, places and trades."""
    lines = [line for name in ORDINARY_LISTS for line in resource(f"lists/{name}.txt").splitlines()]
    listed = {word for line in lines if line[:1] != "#" for word in re.findall(r"[^\W\d_]+", line)}
    words = vocabulary()
    return tuple(sorted(listed | set(words.meant) | words.heard_of))
