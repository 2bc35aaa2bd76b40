"""The leak gate: no output leaves while a value of the extract is in it.

It knows nothing of the extract itself: it cuts the outputs into keys and asks `known`, a function of the workspace
side, how many of them the extract holds. What our own wording says, and what a person wrote in incident.toml, is
no leak: see `Allowed`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import polars as pl

from breachkit.errors import LeakRefused
from breachkit.release.excuses import Allowed, Excuses
from breachkit.release.keys import chunks, keys_of
from breachkit.release.passages import BARRIER, Passage
from breachkit.release.texts import readable_passages

# Keys (chunk, kind, words, key, alone) in, and the kinds of value asked for (none: all of them); (chunk, kind, found)
# out, for those that the extract holds.
Known = Callable[[pl.DataFrame, Sequence[str]], pl.DataFrame]

AT_ONCE = 400  # files whose keys are held in memory together
LINE, DIGESTS = ["alone", "line", "ahead"], ["digest", "second_digest"]
BLANKS = r"[\s\x1c-\x1f&&[^\n]]+"
SHOWN = 12  # places named in a refusal
NOTHING_READ: Mapping[Path, Sequence[Passage] | None] = MappingProxyType({})
KIND_LABELS = {
    "name": ("nom et prénom", "family and given name"),
    "initial": ("initiale et nom", "initial and family name"),
    "family_name": ("nom de famille", "family name"),
    "birth_date": ("date de naissance", "date of birth"),
    "email": ("adresse électronique", "e-mail address"),
    "phone": ("téléphone", "telephone"),
    "nir": ("NIR ou INS", "NIR or INS"),
    "iban": ("coordonnées bancaires", "bank account"),
    "card_number": ("carte de paiement", "payment card"),
    "file_number": ("numéro de dossier, de contrat ou de pièce", "number of a file, contract or document"),
    "login": ("identifiant, mot de passe ou code", "login, password or code"),
    "ip_address": ("adresse IP", "IP address"),
    "address": ("adresse postale", "postal address"),
    "note": ("passage d'une note", "passage of a note"),
    "other": ("valeur d'une colonne de nature inconnue", "value of a column of unknown nature"),
    "unreadable": ("format illisible", "unreadable format"),
    "count_of_one": ("effectif d'une seule personne, obtenu par différence", "count of one person, by difference"),
}


@dataclass(frozen=True)
class Leak:
    """Values of one kind found in one output: in how many places, never which."""

    file: str
    kind: str
    found: int


class Gate:
    """The gate for the outputs of one analysis: `known` tells how many keys the extract holds.

    Most outputs hold no value at all: what is allowed is worked out for the lines in doubt alone.
    """

    def __init__(self, known: Known, allowed: Allowed) -> None:
        self._known = known
        self._names = _whole_names(allowed.names)
        self._allowed = allowed
        self._excuses: Excuses | None = None
        self._clean = pl.DataFrame(schema=dict.fromkeys(DIGESTS, pl.UInt64))  # lines that hold nothing: asked once

    def leaks(
        self, files: Sequence[Path], root: Path, read: Mapping[Path, Sequence[Passage] | None] = NOTHING_READ
    ) -> list[Leak]:
        """Every leak in the files and in their names below `root`; a file that cannot be read counts as one.

        `read` are the passages of files that were read already, None for one that could not be.
        """
        found: list[Leak] = []
        for start in range(0, len(files), AT_ONCE):
            found += self._some(files[start : start + AT_ONCE], root, read)
        return found

    def _some(self, files: Sequence[Path], root: Path, read: Mapping[Path, Sequence[Passage] | None]) -> list[Leak]:
        leaks, found = [], []
        names = [path.relative_to(root).as_posix() for path in files]
        for number, (path, name) in enumerate(zip(files, names, strict=True)):
            passages = read[path] if path in read else readable_passages(path)
            if passages is None:
                leaks.append(Leak(name, "unreadable", 1))
            else:
                found += [(number, one) for one in passages]
        lines = chunks([*enumerate(Passage(_sound(name)) for name in names), *self._without_names(found)])
        lines = lines.with_columns(lines.select(LINE).hash_rows(seed).alias(one) for seed, one in enumerate(DIGESTS))
        lines = lines.join(self._clean, on=DIGESTS, how="anti")
        unique = lines.unique(LINE, maintain_order=True).with_row_index("chunk")
        places = lines.join(unique, on=LINE).select("file", "chunk").unique()
        held = self._held(unique)
        clean = unique.join(held, on="chunk", how="anti").select(DIGESTS)
        self._clean = pl.concat([self._clean, clean])
        counted = places.join(held, on="chunk").group_by("file", "kind").agg(pl.col("found").sum())
        counted = counted.sort("file", "kind")
        return leaks + [Leak(names[one["file"]], one["kind"], int(one["found"])) for one in counted.to_dicts()]

    def _held(self, unique: pl.DataFrame) -> pl.DataFrame:
        """What the lines hold of the extract without an excuse: chunk, kind, found."""
        doubted = self._known(keys_of(unique), ())
        if doubted.is_empty():
            return doubted
        if self._excuses is None:
            self._excuses = Excuses(self._allowed)
        lines = unique.join(doubted.select("chunk").unique(), on="chunk", how="semi")
        keys = self._excuses.without(keys_of(lines, spaced=True))
        return self._known(keys, doubted["kind"].unique().to_list())

    def _without_names(self, passages: Sequence[tuple[int, Passage]]) -> list[tuple[int, Passage]]:
        """The passages with each allowed name replaced by a word that no extract holds; all in one search.

        What parts words becomes one space, whatever sign it is.
        """
        texts = pl.Series([_sound(one.text) for _number, one in passages], dtype=pl.String)
        bare = texts.str.replace_all(BLANKS, " ")
        if self._names:
            bare = bare.str.replace_many(self._names, [BARRIER] * len(self._names), leftmost=True)
        return [(number, replace(one, text=text)) for (number, one), text in zip(passages, bare.to_list(), strict=True)]


def _sound(text: str) -> str:
    """The text without the halves of signs that JSON or the name of a file may hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _whole_names(names: Sequence[str]) -> list[str]:
    """The names of two words or more, the longest first."""
    return sorted({" ".join(name.split()) for name in names if len(name.split()) > 1}, key=len, reverse=True)


def find_leaks(files: Sequence[Path], root: Path, known: Known, allowed: Allowed) -> list[Leak]:
    """Every leak in the outputs; a file whose format cannot be read counts as one."""
    return Gate(known, allowed).leaks(files, root)


def refuse_leaks(leaks: Sequence[Leak], *, of_batch: bool = False) -> None:
    """LeakRefused, naming the files and the kinds of value, where there is a leak.

    Of a batch the sheets in fault alone are held back; otherwise everything is.
    """
    if not leaks:
        return
    held = ("Rien n'a été publié.", "Nothing was released.")
    if of_batch:
        held = ("Ces fiches ne sont pas publiées ; les autres le sont.", "These sheets are not released; others are.")
    lines = [_places(leaks, language) for language in (0, 1)]
    raise LeakRefused(
        "Publication refusée : des valeurs de l'extraction se trouvent dans les sorties.\n"
        + lines[0]
        + f"\n{held[0]} Vérifiez que ni incident.toml, ni le nom d'un fichier source, ni un en-tête de "
        "colonne ne nomme une personne de l'extraction ; sinon, signalez le cas.",
        "Release refused: values of the extract are in the outputs.\n"
        + lines[1]
        + f"\n{held[1]} Check that neither incident.toml, nor the name of a source file, nor a column "
        "header names a person of the extract; otherwise report the case.",
    )


def _places(leaks: Sequence[Leak], language: int) -> str:
    colon = (" : ", ": ")[language]
    told = [f"  - {one.file}{colon}{one.found} × {KIND_LABELS[one.kind][language]}" for one in leaks[:SHOWN]]
    return "\n".join([*told, *([f"  - … + {len(leaks) - SHOWN}"] if len(leaks) > SHOWN else [])])
