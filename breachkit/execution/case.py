"""The case folder as Python sees it: `open_case`, `analyse`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from breachkit.errors import Language, UsageError
from breachkit.execution.controller import controller_impact
from breachkit.execution.released import released_impact
from breachkit.impact import Impact

EXTRACT_FOLDER = "extraction"
RESULTS_FOLDER = "resultats"


@dataclass(frozen=True)
class Case:
    """The folder of one incident: its facts, its decisions, the extract if it is there, and what was released."""

    folder: Path

    @property
    def sources(self) -> tuple[Path, ...]:
        """The files of the extract, by name."""
        found = self.folder / EXTRACT_FOLDER
        return tuple(sorted(path for path in found.iterdir() if path.is_file())) if found.is_dir() else ()

    @property
    def results(self) -> Path:
        """Where an analysis of this case is released."""
        return self.folder / RESULTS_FOLDER

    def analyse(self, *, again: bool = False) -> Impact:
        """The impact of the case: as released, or computed from the extract where it is not yet (or `again`).

        UsageError where the folder holds neither an impact nor an extract.
        """
        released = next((one for one in (self.folder, self.results) if (one / "impact.json").is_file()), None)
        if released and not again:
            return released_impact(released)
        if not self.sources:
            raise UsageError(
                f"Ce dossier ne contient ni impact.json ni extraction. Placez les fichiers dans « {EXTRACT_FOLDER}/ » "
                "puis relancez cette cellule, ou lancez « breachkit run FICHIERS --out DOSSIER ».",
                f"This folder holds neither impact.json nor an extract. Put the files in “{EXTRACT_FOLDER}/” and run "
                "this cell again, or run “breachkit run FILES --out FOLDER”.",
            )
        from breachkit.execution.run import Options, run

        incident, decisions = self.folder / "incident.toml", self.folder / "decisions.toml"
        return run(
            Options(
                sources=self.sources,
                out=self.results,
                incident=incident if incident.is_file() else None,
                decisions=decisions if decisions.is_file() else None,
                notebooks=False,
            )
        ).impact

    def controller(self, controller_id: str = "") -> Impact:
        """The impact of one controller, as its sheet shows it; of the first where none is named.

        UsageError for an unknown controller, or where `analyse` has one.
        """
        impact = self.analyse()
        known = [one.id for one in impact.controllers]
        wanted = controller_id or next(iter(known), "")
        if wanted not in known:
            raise UsageError(
                "Ce responsable n'est pas dans impact.json. Les identifiants sont dans le carnet 03_personnes et dans "
                "controllers[].id.",
                "This controller is not in impact.json. Known identifiers are in the notebook 03_personnes and in "
                "controllers[].id.",
            )
        return controller_impact(impact, wanted)


def open_case(folder: str | Path) -> Case:
    """The case of a folder; UsageError where there is no such folder."""
    path = Path(folder)
    if not path.is_dir():
        raise UsageError(
            "Ce dossier n'existe pas. « breachkit init DOSSIER » en crée un ; « make demo » produit reports/demo.",
            "This folder does not exist. “breachkit init CASE” makes one; “make demo” makes reports/demo.",
        )
    return Case(path)


def analyse(
    sources: list[str | Path], *, out: str | Path, incident: str | Path | None = None, **options: Any
) -> Impact:
    """The impact of the sources, every output released under `out`; further options as in `execution.run.Options`."""
    from breachkit.execution.run import Options, run

    return run(
        Options(
            sources=tuple(Path(one) for one in sources),
            out=Path(out),
            incident=Path(incident) if incident else None,
            **options,
        )
    ).impact


def notification_fields(impact: Impact, language: Language = "fr") -> dict[str, Any]:
    """The notification's fields, as in notification.json: {"cnil": {...}, "edpb": {...}}."""
    from breachkit.notification.build import build

    return build(impact, language)
