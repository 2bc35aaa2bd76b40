"""The leak gate: no output leaves while a word of the extract is in it.

It knows nothing of the extract itself: it cuts the outputs into keys and asks `known`, a function of the workspace
side, how many of them the extract holds. What our own wording says, and what a person wrote in incident.toml, is
no leak: see `Allowed`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from breachkit.errors import LeakRefused
from breachkit.release.texts import text_of

Known = Callable[[pl.DataFrame], pl.DataFrame]

# How many words in a row may make up a value of each kind.
RUNS = {"family_name": (1, 2), "name": (2, 6), "email": (2, 8), "address": (3, 12), "note": (2, 5)}
# Text drawn from a PDF breaks words at line ends: a name standing alone is not looked for there.
BROKEN_WORDS = {".pdf"}
BARRIER = "X0BARRIER0X"
PHONE = re.compile(r"(?<![\w.])(?:\+33|0033|0)[ .\u00a0\u202f-]?([1-9](?:[ .\u00a0\u202f-]?\d\d){4})(?!\w)")
NIR = re.compile(r"(?<!\w)([1-478](?:[ .]?\d\d){2}[ .]?\d[\dAB](?:[ .]?\d{3}){2})(?:[ .]?\d\d)?(?!\w)")
KIND_LABELS = {
    "name": ("nom et prénom", "family and given name"),
    "family_name": ("nom de famille", "family name"),
    "email": ("adresse électronique", "e-mail address"),
    "phone": ("téléphone", "telephone"),
    "nir": ("NIR", "NIR"),
    "address": ("adresse postale", "postal address"),
    "note": ("passage d'une note", "passage of a note"),
}


@dataclass(frozen=True)
class Leak:
    """Values of one kind found in one output: how many, never which."""

    file: str
    kind: str
    found: int


def _words(text: str) -> pl.Series:
    plain = (
        pl.Series([text])
        .str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.to_uppercase()
        .str.replace_all("Œ", "OE")
        .str.replace_all("Æ", "AE")
    )
    return plain.str.extract_all(r"[A-Z0-9]+").explode().drop_nulls()


def candidates(text: str, suffix: str = ".txt") -> pl.DataFrame:
    """The keys of a text, each once: kind, key. A run of words is written together, as the extract's keys are."""
    words = _words(text)
    longest = max(end for _, end in RUNS.values())
    frames: list[pl.DataFrame] = []
    run = pl.Series("key", [""] * len(words), dtype=pl.String)
    for size in range(1, min(longest, len(words)) + 1):
        run = run[: len(words) - size + 1] + words[size - 1 :]
        for kind, (first, last) in RUNS.items():
            if first <= size <= last and not (kind == "family_name" and suffix in BROKEN_WORDS):
                frames.append(pl.DataFrame({"kind": kind, "key": run.unique()}))
    for kind, pattern in (("phone", PHONE), ("nir", NIR)):
        keys = sorted({re.sub(r"\W", "", found) for found in pattern.findall(text)})
        frames.append(
            pl.DataFrame({"kind": [kind] * len(keys), "key": keys}, schema={"kind": pl.String, "key": pl.String})
        )
    return pl.concat(frames).unique()


@dataclass(frozen=True)
class Allowed:
    """What may stand in an output though the extract may hold it too.

    `names`: whole names that may be told (the controllers'); what stands on both sides of one makes no run of words.
    `texts`: our own wording and what a person has told of the controller: their runs of words are no leak.
    `family_names`: prose and file names, whose single words are no leak, though a whole name in them is.
    """

    names: Sequence[str] = ()
    texts: Iterable[str] = ()
    family_names: Iterable[str] = ()

    def keys(self) -> pl.DataFrame:
        """The keys that are no leak."""
        whole = [candidates(text) for text in (*self.texts, *self.names)]
        single = [candidates(text).filter(pl.col("kind") == "family_name") for text in self.family_names]
        return pl.concat([candidates(""), *whole, *single]).unique()


def _without(text: str, names: Sequence[str]) -> str:
    """The text with each of the names replaced by a word that no extract holds."""
    known = sorted({" ".join(name.split()) for name in names if len(name.split()) > 1}, key=len, reverse=True)
    if not known:
        return text
    spaced = pl.Series([" ".join(text.split())])
    return str(spaced.str.replace_many(known, [f" {BARRIER} "] * len(known), leftmost=True)[0])


def find_leaks(files: Sequence[Path], root: Path, known: Known, allowed: Allowed) -> list[Leak]:
    """Every leak in the outputs; a file whose format cannot be read counts as one."""
    leaks: list[Leak] = []
    frames: list[pl.DataFrame] = []
    for path in files:
        name = path.relative_to(root).as_posix()
        try:
            text = _without(f"{text_of(path)}\n{name}", allowed.names)
        except ValueError:
            leaks.append(Leak(name, "unreadable", 1))
            continue
        frames.append(candidates(text, path.suffix.lower()).with_columns(pl.lit(name).alias("file")))
    if frames:
        found = known(pl.concat(frames).join(allowed.keys(), on=["kind", "key"], how="anti"))
        leaks += [Leak(**one) for one in found.to_dicts()]
    return leaks


def refuse_leaks(leaks: Sequence[Leak]) -> None:
    """LeakRefused, naming the files and the kinds of value, where there is a leak."""
    if not leaks:
        return
    french = [
        f"  - {one.file} : {one.found} × {KIND_LABELS.get(one.kind, ('format illisible', ''))[0]}" for one in leaks
    ]
    english = [
        f"  - {one.file}: {one.found} × {KIND_LABELS.get(one.kind, ('', 'unreadable format'))[1]}" for one in leaks
    ]
    raise LeakRefused(
        "Publication refusée : des valeurs de l'extraction se trouvent dans les sorties.\n"
        + "\n".join(french)
        + "\nRien n'a été publié. Vérifiez que ni incident.toml, ni le nom d'un fichier source, ni un en-tête de "
        "colonne ne nomme une personne de l'extraction ; sinon, signalez le cas.",
        "Release refused: values of the extract are in the outputs.\n"
        + "\n".join(english)
        + "\nNothing was released. Check that neither incident.toml, nor the name of a source file, nor a column "
        "header names a person of the extract; otherwise report the case.",
    )
