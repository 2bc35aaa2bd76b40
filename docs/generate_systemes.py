"""The page of each system in docs/systemes/, from the run of its sample: its figures, its charts, and a head by hand.

    python docs/generate_systemes.py [ID...]

A head is `docs/systemes/_ID.toml`: `title`, `leaked` (what was taken, and what is public of it), `says` (what the
figures show), `reading` (how to read and use them), all Markdown, and `charts` (one or two names of
breachkit.report.charts). In the texts, {persons}, {low}, {high}, {records}, {professionals}, {controllers},
{accounts}, {minors}, {deceased}, {none} and {share_none} stand for the figures of the run.
"""

from __future__ import annotations

import os
import sys
import tempfile
import tomllib
from datetime import date
from pathlib import Path

from breachkit import case, workspace
from breachkit.execution.samples import sample_folder, sample_sources
from breachkit.impact import Impact
from breachkit.incident import load_incident
from breachkit.pipeline import analyse
from breachkit.reference.catalogue import category_label, field_label
from breachkit.report.charts import chart
from breachkit.report.format import number, percent, share_of, typography
from breachkit.report.wording import wording

DOCS = Path(__file__).parent
PAGES, IMAGES = DOCS / "systemes", DOCS / "images" / "systemes"
REFERENCE = date(2025, 12, 31)
MOST_FIELDS = 12  # rows of the table of exposed fields
DOTS = 96  # per inch of a picture
MADE_BY = (
    "*Page faite par `docs/generate_systemes.py` : chiffres et images viennent de l’analyse de l’échantillon inventé "
    "[{sample}](../../data/samples/{sample}/README.md). Personne d’ici n’existe.*"
)
ACCOUNTS = {"bank": "Comptes bancaires distincts", "login": "Comptes d’accès distincts"}
VERDICTS = {"yes": "oui", "no": "non", "undetermined": "à déterminer"}
NATURES = {"confidentiality": "confidentialité", "integrity": "intégrité", "availability": "disponibilité"}


def systems() -> list[str]:
    """The samples that have a head, sorted."""
    return sorted(path.stem.removeprefix("_") for path in PAGES.glob("_*.toml"))


def run(sample: str) -> Impact:
    """The impact of a bundled sample, its workspace thrown away."""
    folder = sample_folder(sample)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["BREACHKIT_KEY_DIR"] = f"{scratch}/keys"
        database = Path(scratch) / "case.duckdb"
        with workspace.create(database, case.new_key(database), threads=2) as connection:
            incident = load_incident(folder / "incident.toml")
            return analyse(sample_sources(folder), connection, incident, reference_date=REFERENCE).impact


def figures(impact: Impact) -> dict[str, str]:
    """What a head's texts may name, as written in French."""
    people = impact.people
    living = [one for one in impact.information.segments if one.id != "deceased"]
    alive, nobody = sum(one.persons for one in living), sum(one.none for one in living)
    counted = {
        "persons": people.patients.best,
        "low": people.patients.low,
        "high": people.patients.high,
        "records": people.patients.records,
        "professionals": people.professionals.best,
        "controllers": people.controllers.count,
        "accounts": sum(one.accounts for one in people.accounts),
        "minors": people.minors.best,
        "deceased": people.deceased.best,
        "none": nobody,
    }
    return {name: number(value) for name, value in counted.items()} | {"share_none": share_of(nobody, alive)}


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" if at == 0 else "---:" for at in range(len(head))), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main_figures(impact: Impact) -> str:
    """The first table: what was read, who is counted, what is owed."""
    people, shown = impact.people, figures(impact)
    enisa = impact.severity.enisa
    owed = impact.obligations
    rows = [
        ("Enregistrements lus", number(sum(one.records for one in impact.sources))),
        ("Enregistrements de personnes", shown["records"]),
        ("**Personnes distinctes**", f"**{shown['persons']}** (de {shown['low']} à {shown['high']})"),
        *((ACCOUNTS[one.kind], f"{number(one.accounts)} (dont {number(one.shared)} à plusieurs)")
          for one in people.accounts),
        ("Professionnels", shown["professionals"]),
        ("Responsables de traitement", shown["controllers"]),
        ("Mineurs", shown["minors"]),
        ("Décédés", shown["deceased"]),
        ("Vivants que rien ne permet de joindre", f"{shown['none']} ({shown['share_none']})"),
        ("Nature", " et ".join(NATURES[one] for one in impact.incident["breach"]["nature"])),
        ("Gravité ENISA", f"{wording('fr').label('enisa_levels', enisa.level)} ({number(enisa.se, decimals=2)})"),
        ("Gravité CNIL proposée", wording("fr").label("cnil_levels", impact.severity.cnil_level)),
        ("Notifier la CNIL", VERDICTS[owed.notify_authority]),
        ("Informer les personnes", VERDICTS[owed.inform_persons]),
    ]  # fmt: skip
    return _table(("chiffre", "valeur"), rows)


def exposed(impact: Impact) -> str:
    """The fields exposed to most persons, gravest first, then what their content reveals."""
    sensitivity = {column.field: column.sensitivity for table in impact.tables for column in table.columns}
    whole = impact.people.patients.best
    found = [one for one in impact.exposure if one.field]
    found.sort(key=lambda one: (-sensitivity.get(str(one.field), 0), -one.persons, str(one.field)))
    rows = [
        (field_label(str(one.field), "fr"), number(one.persons), percent(one.persons / max(whole, 1)))
        for one in found[:MOST_FIELDS]
    ]
    special = [one for one in impact.exposure if one.special_category]
    rows += [
        (f"*{category_label(str(one.special_category), 'fr')}*", number(one.persons), percent(one.persons / whole))
        for one in special
    ]
    return _table(("donnée exposée (*catégorie révélée*)", "personnes", "part"), rows)


def revealed(impact: Impact) -> str:
    """What the cells of codes and titles reveal, by field; "" where they reveal nothing of a topic or a category."""
    rows = [
        (
            field_label(one.field, "fr"),
            wording("fr").label("topics", one.topic) if one.topic else category_label(one.category, "fr"),
            f"{number(one.persons)} (de {number(one.low)} à {number(one.high)})",
        )
        for one in impact.revealed
        if one.topic != "other" and one.assertion == "affirmed"
    ]
    if not rows:
        return ""
    return _table(("ce que disent les cellules de", "révèle", "personnes, au moins"), rows)


def picture(impact: Impact, sample: str, name: str) -> str:
    """Draws a chart to docs/images/systemes/ and gives its line of Markdown, with the words for who does not see it."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    path = IMAGES / f"{sample}-{name}.png"
    figure = chart(impact, name)
    figure.savefig(path, dpi=DOTS, metadata={"Software": None})
    figure.clear()
    title = wording("fr").text(f"charts.{name}.title")
    return f"![{title}](../images/systemes/{path.name})"


def page(sample: str) -> str:
    """The page of one system; its pictures are drawn on the way."""
    head = tomllib.loads((PAGES / f"_{sample}.toml").read_text(encoding="utf-8"))
    impact = run(sample)
    shown = figures(impact)
    parts = [
        f"# {head['title']}",
        MADE_BY.format(sample=sample),
        "## Ce qui a fui",
        head["leaked"].format_map(shown),
        "## Ce que dit breachkit",
        head["says"].format_map(shown),
        main_figures(impact),
        exposed(impact),
        revealed(impact),
        *(picture(impact, sample, name) for name in head["charts"]),
        "## Comment le lire",
        head["reading"].format_map(shown),
        f"Pour refaire cette analyse :\n\n```bash\nbreachkit demo --sample {sample} --out reports/{sample}\n```",
    ]
    return typography("\n\n".join(part.strip() for part in parts if part)) + "\n"


def main() -> None:
    """Writes the pages of the systems named, or of all that have a head."""
    for sample in sys.argv[1:] or systems():
        (PAGES / f"{sample}.md").write_text(page(sample), encoding="utf-8")
        sys.stdout.write(f"docs/systemes/{sample}.md\n")


if __name__ == "__main__":
    main()
