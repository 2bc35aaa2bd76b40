"""The sentences of evidence, in both languages, without any value: only shares, counts and years."""

from __future__ import annotations

from breachkit.fields.profile import ColumnProfile
from breachkit.impact import Reason

THIN = "\u202f"


def count_fr(number: float) -> str:
    """An integer with the French thousands separator (U+202F)."""
    return f"{round(number):,}".replace(",", THIN)


def count_en(number: float) -> str:
    """An integer with English thousands separators."""
    return f"{round(number):,}"


def percent_fr(share: float) -> str:
    """A share as a French percentage: « 98,7 % »; 100 only where nothing is missing."""
    return f"{_percent(share).replace('.', ',')}{THIN}%"


def percent_en(share: float) -> str:
    """A share as an English percentage: "98.7%"."""
    return f"{_percent(share)}%"


def _percent(share: float) -> str:
    if share in (0, 1):
        return f"{share:.0%}"[:-1]
    text = f"{min(max(share, 0.001), 0.999) * 100:.1f}"
    return text.removesuffix(".0")


def _values(profile: ColumnProfile) -> tuple[str, str]:
    """« des 3 912 valeurs distinctes », with the sample where one was taken."""
    looked = profile.looked_at
    if profile.sample_modulus == 1:
        return f"des {count_fr(looked)} valeurs distinctes", f"of {count_en(looked)} distinct values"
    return (
        f"des {count_fr(looked)} valeurs distinctes examinées",
        f"of {count_en(looked)} distinct values examined",
    )


def passes_key(profile: ColumnProfile, names: tuple[str, str], share: float, chance: float | None) -> Reason:
    """How many values pass a kind's check, beside what chance would give."""
    fr, en = _values(profile)
    against_fr = f", contre {percent_fr(chance)} attendu par hasard" if chance is not None else ""
    against_en = f", against {percent_en(chance)} expected by chance" if chance is not None else ""
    return Reason(
        id="fields.key" if chance is not None else "fields.form",
        fr=f"{percent_fr(share)} {fr} sont conformes{THIN}: {names[0]}{against_fr}.",
        en=f"{percent_en(share)} {en} conform: {names[1]}{against_en}.",
    )


def in_list(names: tuple[str, str], share: float) -> Reason:
    """The share of filled rows whose value stands in a list."""
    return Reason(
        id="fields.list",
        fr=f"{percent_fr(share)} des lignes remplies portent un mot de la liste « {names[0]} ».",
        en=f"{percent_en(share)} of the filled rows hold a word of the list “{names[1]}”.",
    )


def statement(rule: str, fr: str, en: str) -> Reason:
    """A sentence with its rule's id."""
    return Reason(id=f"fields.{rule}", fr=fr, en=en)


def sampled(profile: ColumnProfile, seed: int, bound: float) -> Reason:
    """That distinct values were sampled, by which seed and with which bound."""
    return Reason(
        id="fields.sample",
        fr=(
            f"Valeurs distinctes échantillonnées par hachage, une sur {count_fr(profile.sample_modulus)} "
            f"(graine {seed}), soit {count_fr(profile.looked_at)}{THIN}; parts connues à ± {percent_fr(bound)} près."
        ),
        en=(
            f"Distinct values sampled by hash, one in {count_en(profile.sample_modulus)} (seed {seed}), "
            f"{count_en(profile.looked_at)} in all; shares known within ± {percent_en(bound)}."
        ),
    )
