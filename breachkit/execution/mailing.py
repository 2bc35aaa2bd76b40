"""`breachkit mailing`: the encrypted list of a controller's patients to write to, and its trace in the manifest."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from breachkit import case, workspace
from breachkit.errors import UsageError
from breachkit.execution.case import RESULTS_FOLDER
from breachkit.execution.console import say
from breachkit.execution.released import released_impact
from breachkit.execution.review_session import place_of
from breachkit.impact import Impact
from breachkit.information.segments import segment_kinds
from breachkit.mailing.lists import COLUMNS, SegmentRule, as_csv, encrypted, mailing_list
from breachkit.reference.catalogue import load_toml
from breachkit.release.manifest import NAME, read_manifest

SHOWN = 5  # identifiers of controllers told in a message


@dataclass(frozen=True)
class Mailed:
    """What was written: the encrypted file, how many persons stand in it, and how many have no channel at all."""

    file: Path
    rows: int
    unreachable: int


def write_mailing(
    folder: Path,
    out: Path,
    recipients: Sequence[str],
    *,
    controller: str | None = None,
    author: str | None = None,
    channel: str = "all",
    database: Path | None = None,
    language: str = "fr",
) -> Mailed:
    """The list of one controller, encrypted for the recipients, at `out`; the manifest records it.

    `channel` keeps the persons whom it reaches and the columns that it needs. UsageError for an unknown channel or
    controller, no recipient, a file name that does not end in .age, or a lost workspace.
    """
    if not recipients:
        raise _refused("mailing_no_recipient")
    if channel not in COLUMNS:
        raise _refused("mailing_channel", known=", ".join(COLUMNS))
    if out.suffix != ".age":
        raise _refused("mailing_suffix")
    opened = place_of(folder, database).database
    results = next((one for one in (folder, folder / RESULTS_FOLDER) if (one / "impact.json").is_file()), folder)
    chosen = _controller(released_impact(results), controller)
    manifest, by = read_manifest(results), _who(author)  # before anything is written: no list without its trace
    table = load_toml("mailing.toml")
    with workspace.reopen(opened, case.read_key(opened)) as connection:
        listed = mailing_list(connection, _rules(table["addressees"], language), chosen, channel)
    header = {name: words[language] for name, words in table["columns"].items() if name in listed.columns}
    content = encrypted(as_csv(listed, header), recipients)
    _write_private(out, content)
    made = {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": by,
        "controller": chosen,
        "channel": channel,
        "rows": listed.height,
        "segments": dict(listed.group_by("segment", maintain_order=True).len().iter_rows()),
        "recipients": [hashlib.sha256(one.strip().encode()).hexdigest() for one in recipients],
        "file": out.name,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    _record(results, manifest, made)
    reached = [pl.col(name).is_null() for name in ("street", "email", "phone", "mobile") if name in listed.columns]
    unreachable = listed.filter(pl.all_horizontal(reached)).height
    return Mailed(out, listed.height, unreachable)


def _refused(key: str, **values: object) -> UsageError:
    return UsageError(say(key, "fr", **values), say(key, "en", **values))


def _controller(impact: Impact, wanted: str | None) -> str | None:
    """The controller whose list it is; None where the extract names none and the whole incident is one's own."""
    known = [one.id for one in impact.controllers]
    if wanted is None and len(known) <= 1:
        return known[0] if known else None
    if wanted not in known:
        names = ", ".join(known[:SHOWN]) + ("…" if len(known) > SHOWN else "")
        raise _refused("mailing_controller", count=len(known), names=names)
    return wanted


def _rules(addressees: Mapping[str, Mapping[str, str]], language: str) -> list[SegmentRule]:
    """The segments of the reference: which persons, which letter, and to whom beside the person it goes."""
    return [
        SegmentRule(
            one.id, one.status, one.sensitive, one.leaked, one.id if one.template else "",
            addressees[one.status][language] if one.status in addressees else "",
        )
        for one in segment_kinds()
    ]  # fmt: skip


def _write_private(path: Path, content: bytes) -> None:
    """Written aside, readable by its owner only, then put in place; UsageError where that cannot be."""
    aside = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.unlink(missing_ok=True)
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(content)
        aside.replace(path)
    except OSError as error:
        raise _refused("mailing_not_written", kind=type(error).__name__) from None


def _who(author: str | None) -> str:
    """Who makes the list: as told, else the account of this machine; UsageError where neither says."""
    try:
        return (author or getpass.getuser()).strip()
    except (KeyError, OSError, ImportError):
        raise _refused("mailing_no_author") from None


def _record(results: Path, manifest: dict[str, Any], made: dict[str, Any]) -> None:
    """Adds the list to the manifest: when, by whom, for whom, how many rows; no name of the list, no path."""
    manifest.setdefault("mailings", []).append(made)
    aside = results / f".{NAME}.partial"
    aside.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    aside.replace(results / NAME)
