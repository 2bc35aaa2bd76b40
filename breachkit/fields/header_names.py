"""Whole column names that a standard or a common program fixes: `BEN_SEX_COD`, `PID-5.1`, `Patient.birthDate`.

The table is `reference/header_names.toml`. A name is compared without case, accents, separators and array indices, a
path (`export.Patient.birthDate`) also by its last parts. A name of one word (`sn`, `status`) belongs to its standard
only in a table that holds more of that standard's names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from breachkit.reference.catalogue import load_toml

INDEX = re.compile(r"\[\d*\]")
CAMEL_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
MORE_OF_IT = 4  # names of one standard from which its names of one word count. Our choice.
LONG_PART = 10  # letters of a last part that is a name by itself


@cache
def standard_names() -> dict[str, tuple[str, str]]:
    """Folded name to (standard, field)."""
    found: dict[str, tuple[str, str]] = {}
    for standard, fields in load_toml("header_names.toml").items():
        for field, names in fields.items():
            found.update({folded(name): (standard, field) for name in names})
    return found


def folded(name: str) -> str:
    """Lower-case letters and digits only; digits that something parted stay apart, PID-3.1 is not PID-31."""
    text = re.sub(r"(?<=\d)[^a-z0-9]+(?=\d)", "_", INDEX.sub("", name).casefold())
    return re.sub(r"[^a-z0-9_]|(?<!\d)_|_(?!\d)", "", text)


def _forms(header: str) -> list[str]:
    """The header and its last parts, longest first; a last part alone only where it is long or of several words."""
    path = [part for part in INDEX.sub("", header.strip()).split(".") if part]
    forms = [".".join(path[at:]) for at in range(max(1, len(path) - 1))]
    last = path[-1] if len(path) > 1 else ""
    if len(last) >= LONG_PART or ("_" in last and len(last) >= 6):
        forms.append(last)
    return forms


@lru_cache(maxsize=4096)
def _match(header: str) -> tuple[str, str, bool] | None:
    """Standard, field, and whether the name has several words."""
    for form in _forms(header):
        found = standard_names().get(folded(form))
        if found:
            several = len(CAMEL_PARTS.findall(form)) >= 2 and len(folded(form)) >= 5
            return (*found, several)
    return None


def standard_field(header: str, neighbours: Sequence[str]) -> str | None:
    """The field that the standards give to a column of that name, None where no standard knows it."""
    found = _match(header)
    if not found:
        return None
    standard, field, several = found
    if several:
        return field
    beside = sum(other is not None and other[0] == standard for other in map(_match, {header, *neighbours}))
    return field if beside >= MORE_OF_IT else None
