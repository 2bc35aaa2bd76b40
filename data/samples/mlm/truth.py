"""The true figures, added up chunk by chunk while the lines are written; a person never spans two chunks."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl

FIELDS = {
    "patients.csv": {
        "ID_PATIENT": "patient_id",
        "CIVILITE": "title",
        "NOM": "family_name",
        "NOM_NAISS": "birth_name",
        "PRENOM": "given_name",
        "SEXE": "sex",
        "DATE_NAISS": "birth_date",
        "TEL_FIXE": "phone",
        "TEL_PORTABLE": "phone",
        "EMAIL": "email",
        "ADRESSE": "postal_address",
        "CP": "postcode",
        "VILLE": "city",
        "MEDECIN_RPPS": "rpps",
        "DATE_CREATION": "timestamp",
        "DATE_MAJ": "timestamp",
        "DATE_DECES": "death_date",
        "COMMENTAIRE": "free_text",
    },
    "medecins.csv": {
        "RPPS": "rpps",
        "CIVILITE": "title",
        "NOM": "family_name",
        "PRENOM": "given_name",
        "SPECIALITE": "specialty",
        "RAISON_SOCIALE": "organisation_name",
        "ADRESSE": "postal_address",
        "CP": "postcode",
        "VILLE": "city",
        "TEL": "phone",
        "EMAIL": "email",
        "FINESS": "finess",
    },
}
# GDPR articles 9 and 10
BELIEFS = {"religion", "political_opinion", "trade_union"}
SPECIAL = BELIEFS | {"health", "sex_life", "ethnic_origin", "genetic", "offence"}
PLACEHOLDERS = ["NC", "inconnu", "inconnue", "pas de mail", "0000000000", "01/01/1900"]
NEEDS_CONTACT = [
    "birth_date_missing",
    "birth_date_default",
    "birth_name",
    "name_only",
]  # names and date do not suffice


def _digits(column: str) -> pl.Expr:
    """The nine national digits of a telephone number, null where the cell holds no whole number."""
    digits = pl.col(column).str.replace_all(r"\D", "").str.replace("^(33|0)", "")
    return pl.when(digits.str.contains("^[1-9][0-9]{8}$")).then(digits)


def valid(column: str) -> pl.Expr:
    """Whether a cell holds a real value of its field: neither empty, nor a placeholder, nor malformed."""
    cell = pl.col(column)
    filled = cell.is_not_null() & ~cell.is_in(PLACEHOLDERS)
    match FIELDS["patients.csv"][column]:
        case "phone":
            return filled & _digits(column).is_not_null()
        case "email":
            return filled & cell.str.contains("@", literal=True)
        case "birth_date":
            return filled & ~cell.str.starts_with("00/")
        case _:
            return filled


class Truth:
    """Counters over all chunks; `as_dict` gives truth.json."""

    def __init__(self, notes: list[dict[str, Any]], kinds: list[str], quasi_identifiers: list[str]) -> None:
        """`quasi_identifiers` are the columns that decide whether two lines are exact duplicates."""
        self.notes, self.kinds, self.columns = notes, kinds, quasi_identifiers
        self.totals: Counter[str] = Counter()
        self.by_kind: Counter[str] = Counter()
        self.findings: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.exposure: Counter[tuple[str, str]] = Counter()
        self.controllers: dict[str, Counter[str]] = {}

    def add(self, people: pl.DataFrame, lines: pl.DataFrame) -> None:
        """Count one chunk; `lines` are as written, with person, kind, note, minor and loadable."""
        self.totals["persons"] += people.height
        self.totals["minors"] += int(people.select(((pl.col("age") < 18) & ~pl.col("deceased")).sum()).item())
        self.totals["deceased_total"] += int(people["deceased"].sum())
        loadable = lines.filter("loadable")
        persons = loadable["person"].n_unique()
        declared = loadable.filter(pl.col("DATE_DECES").is_not_null())["person"].n_unique()
        self.totals.update(records=lines.height, loadable=loadable.height, persons_loadable=persons)
        self.totals["deceased_declared"] += declared
        self._add_duplicates(lines)
        self._add_controllers(lines)
        self._add_exposure(loadable)
        self._add_notes(loadable)

    def _add_duplicates(self, lines: pl.DataFrame) -> None:
        date = pl.when(valid("DATE_NAISS")).then(pl.col("DATE_NAISS"))
        mail = pl.when(valid("EMAIL")).then(pl.col("EMAIL").str.to_lowercase())
        line = lines.select(
            "kind", "origin", "rank", "doctor", date.alias("date"), mail.alias("mail"),
            _digits("TEL_FIXE").alias("fixed"), _digits("TEL_PORTABLE").alias("mobile"), "NOM_NAISS",
        )  # fmt: skip
        first = line[lines["origin"]].rename(lambda name: f"{name}_1")
        extra = line.hstack(first).filter(pl.col("rank") > 0)
        contact = pl.any_horizontal(
            (pl.col(c) == pl.col(f"{c}_1")).fill_null(False) for c in ("mail", "fixed", "mobile")
        )
        names = ~pl.col("kind").is_in([self.kinds.index(k) for k in NEEDS_CONTACT])
        dated = pl.col("date").is_not_null() & pl.col("date_1").is_not_null()
        both = lines.select(pl.struct(self.columns).hash(seed=0).alias("h"))["h"]
        exact = (both == both[lines["origin"]]).filter(lines["rank"] > 0)
        self.totals["extra"] += extra.height
        self.totals["exact"] += int(exact.sum())
        self.totals["same_doctor"] += int((extra["doctor"] == extra["doctor_1"]).sum())
        self.totals["findable"] += int(extra.select((contact | (names & dated)).sum()).item())
        for kind, count in extra["kind"].value_counts().iter_rows():
            self.by_kind[self.kinds[kind]] += count

    def _add_controllers(self, lines: pl.DataFrame) -> None:
        person, loadable = pl.col("person"), pl.col("loadable")
        table = lines.group_by("MEDECIN_RPPS").agg(
            person.n_unique().alias("persons"),
            person.filter(loadable).n_unique().alias("persons_loadable"),
            pl.len().alias("records"),
            loadable.sum().alias("records_loadable"),
            person.filter("minor").n_unique().alias("minors"),
            ((pl.col("note") >= 0) & loadable).sum().alias("notes"),
        )
        for row in table.iter_rows(named=True):
            self.controllers.setdefault(row.pop("MEDECIN_RPPS"), Counter()).update(row)

    def _add_exposure(self, loadable: pl.DataFrame) -> None:
        by_field: dict[str, list[str]] = {}
        for column, field in FIELDS["patients.csv"].items():
            by_field.setdefault(field, []).append(column)
        for field, columns in by_field.items():
            seen = loadable.filter(pl.any_horizontal(valid(c) for c in columns))["person"]
            self.exposure[field, "persons"] += seen.n_unique()
            self.exposure[field, "records"] += seen.len()

    def _add_notes(self, loadable: pl.DataFrame) -> None:
        noted = loadable.filter(pl.col("note") >= 0).select("person", "note")
        self.totals.update(filled=noted.height, persons_with_notes=noted["person"].n_unique())
        keys = [_finding_keys(note) for note in self.notes]
        pairs = pl.DataFrame(
            [(index, key) for index, found in enumerate(keys) for key in found],
            schema={"note": pl.Int64, "key": pl.String},
            orient="row",
        )
        found = noted.join(pairs, on="note").group_by("key").agg(pl.len(), pl.col("person").n_unique())
        for key, notes, persons in found.iter_rows():
            parts = tuple(key.split("|"))
            self.findings["notes", parts] += notes
            self.findings["persons", parts] += persons
        special = [i for i, found_in in enumerate(keys) if any(k.split("|")[0] in SPECIAL for k in found_in)]
        self.totals["special"] += noted.filter(pl.col("note").is_in(special))["person"].n_unique()

    def as_dict(self, reference_date: str, sources: dict[str, Any], professionals: int) -> dict[str, Any]:
        """Everything that truth.json holds."""
        t = self.totals
        extra = max(t["extra"], 1)
        return {
            "reference_date": reference_date,
            "sources": sources,
            "persons": t["persons"],
            "persons_loadable": t["persons_loadable"],
            "professionals": professionals,
            "minors": t["minors"],
            "deceased_total": t["deceased_total"],
            "deceased_declared": t["deceased_declared"],
            "duplicates": {
                "lines": t["extra"],
                "share": round(t["extra"] / t["records"], 4),
                "exact": t["exact"],
                "same_doctor": t["same_doctor"],
                "findable_share": round(t["findable"] / extra, 4),
                "by_kind": dict(sorted(self.by_kind.items())),
            },
            "per_controller": {rpps: dict(c) for rpps, c in sorted(self.controllers.items())},
            "sum_of_patients": sum(c["persons"] for c in self.controllers.values()),
            "sum_of_patients_loadable": sum(c["persons_loadable"] for c in self.controllers.values()),
            "fields": FIELDS,
            "notes": {
                "filled": t["filled"],
                "persons_with_notes": t["persons_with_notes"],
                "persons_with_special_category": t["special"],
                "by_finding": self._by_finding(),
            },
            "exposure": {
                field: {unit: self.exposure[field, unit] for unit in ("persons", "records")}
                for field in dict.fromkeys(FIELDS["patients.csv"].values())
            },
        }

    def _by_finding(self) -> list[dict[str, Any]]:
        rows = sorted({parts for _, parts in self.findings})
        return [
            {
                "category": category,
                "topic": topic or None,
                "assertion": assertion,
                "subject": subject,
                "notes": self.findings["notes", (category, topic, assertion, subject)],
                "persons": self.findings["persons", (category, topic, assertion, subject)],
            }
            for category, topic, assertion, subject in rows
        ]


def _finding_keys(note: dict[str, Any]) -> list[str]:
    """The distinct findings of a note; those that two readers may dispute are left out."""
    sure = [f for f in note["findings"] if not f.get("optional")]
    return sorted({"|".join([f["category"], f.get("topic", ""), f["assertion"], f["subject"]]) for f in sure})
