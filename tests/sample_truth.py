"""What an impact says against a sample's truth: one line for each disagreement, by kind of check.

    python -m tests.sample_truth ficoba [--persons 20000 --seed 7]

prints them for the committed sample, or for another one that its generator writes to a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from breachkit import case, workspace
from breachkit.execution.samples import sample_sources
from breachkit.impact import Impact
from breachkit.incident import load_incident
from breachkit.pipeline import analyse

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
Truth = Mapping[str, Any]


def sample_ids() -> list[str]:
    """The samples on disk that follow the common shape of truth.json; `mlm` has tests of its own."""
    return sorted(path.parent.name for path in SAMPLES.glob("*/truth.json") if "sample" in truth_of(path.parent))


def truth_of(folder: Path) -> Truth:
    """The truth.json of a sample's folder."""
    found: Truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return found


def impact_of(folder: Path, scratch: Path) -> Impact:
    """The impact of the sample of a folder; the workspace and its key go to `scratch`."""
    database = scratch / "case.duckdb"
    with workspace.create(database, case.new_key(database), threads=2, memory="2GB") as connection:
        day = date.fromisoformat(truth_of(folder)["reference_date"])
        incident = load_incident(folder / "incident.toml")
        return analyse(sample_sources(folder), connection, incident, reference_date=day).impact


def generate(sample: str, out: Path, *, persons: int | None = None, seed: int | None = None) -> Path:
    """A folder with the sample as its generator writes it, and the incident.toml of the committed one."""
    command = [sys.executable, str(SAMPLES / sample / "generate.py"), "--out", str(out)]
    command += ["--persons", str(persons)] if persons else []
    command += ["--seed", str(seed)] if seed is not None else []
    subprocess.run(command, check=True, timeout=600)
    (out / "incident.toml").write_bytes((SAMPLES / sample / "incident.toml").read_bytes())
    return out


def _near(name: str, found: int, told: int, share: float, slack: int) -> Iterator[str]:
    if abs(found - told) > max(slack, share * told):
        yield f"{name}: {found}, truth {told}"


def _persons(impact: Impact, truth: Truth) -> Iterator[str]:
    patients, told = impact.people.patients, truth["persons"]
    if not patients.low <= told <= patients.high:
        yield f"persons: {told} is outside {patients.low} to {patients.high} (best {patients.best})"
    if abs(patients.best - told) > 0.01 * told:
        yield f"persons: best {patients.best}, truth {told}"


def _exact(impact: Impact, truth: Truth) -> Iterator[str]:
    yield from _near("professionals", impact.people.professionals.best, truth["professionals"], 0, 0)
    yield from _near("controllers", impact.people.controllers.count, truth["controllers"]["count"], 0, 0)
    if "accounts" in truth:
        found = {one.kind: one.accounts for one in impact.people.accounts}
        told = truth["accounts"]
        if (found != told) if isinstance(told, dict) else (list(found.values()) != [told]):
            yield f"accounts: {found}, truth {told}"


def _controllers(impact: Impact, truth: Truth) -> Iterator[str]:
    told = truth["controllers"]["patients"]
    found = {one.id: one.patients.best for one in impact.controllers}
    if told and set(told) != set(found):
        yield f"controllers: {len(set(found) - set(told))} of too many, {len(set(told) - set(found))} missing"
    for number, (one, persons) in enumerate(sorted(told.items()), 1):
        yield from _near(f"controller {number}", found.get(one, 0), persons, 0.01, 2)


def _minors_and_deceased(impact: Impact, truth: Truth) -> Iterator[str]:
    yield from _near("minors", impact.people.minors.best, truth["minors"], 0.02, 0)
    yield from _near("deceased", impact.people.deceased.best, truth["deceased"], 0.02, 0)


def _third_parties(impact: Impact, truth: Truth) -> Iterator[str]:
    if "third_parties" in truth:
        yield from _near("third parties", impact.people.third_parties.best, truth["third_parties"], 0.05, 3)


def _roles(impact: Impact, truth: Truth) -> Iterator[str]:
    found = {table.name: table for table in impact.tables}
    if set(found) != set(truth["tables"]):
        yield f"tables: {sorted(found)}, truth {sorted(truth['tables'])}"
    for name, told in truth["tables"].items():
        if name in found and (table := found[name]).role != told["role"]:
            yield f"{name}: role {table.role}, truth {told['role']}"
        if name in found and found[name].rows != told["rows"]:
            yield f"{name}: {found[name].rows} rows, truth {told['rows']}"


def _fields(impact: Impact, truth: Truth) -> Iterator[str]:
    for table in impact.tables:
        told = truth["tables"].get(table.name, {}).get("columns", {})
        found = {column.name: column.field for column in table.columns}
        for name in sorted({*told, *found}):
            if found.get(name) != told.get(name):
                yield f"{table.name}, {name}: {found.get(name)}, truth {told.get(name)}"


def _exposure(impact: Impact, truth: Truth) -> Iterator[str]:
    found = {one.field: one.persons for one in impact.exposure if one.field}
    for field, told in truth["exposure"]["fields"].items():
        yield from _near(f"exposure {field}", found.get(field, 0), told, 0.01, 3)
    for field in sorted(set(found) - set(truth["exposure"]["fields"])):
        yield from _near(f"exposure {field}", found[field], 0, 0, 3)


def _special_categories(impact: Impact, truth: Truth) -> Iterator[str]:
    found = {one.special_category: one.persons for one in impact.exposure if one.special_category}
    share = truth["exposure"].get("special_tolerance", 0.05)  # 0.01 where codes alone reveal it
    for category, told in truth["exposure"]["special_categories"].items():
        yield from _near(f"exposure {category}", found.get(category, 0), told, share, 3)
    for category in sorted(set(found) - set(truth["exposure"]["special_categories"])):
        yield from _near(f"exposure {category}", found[category], 0, 0, 3)


def _reach(impact: Impact, truth: Truth) -> Iterator[str]:
    slack = max(2, round(0.001 * truth["persons"]))  # the channels together are within 1 % of the persons
    living = [one for one in impact.information.segments if one.id != "deceased"]
    for channel, told in truth["reach"].items():
        yield from _near(f"reach {channel}", sum(getattr(one, channel) for one in living), told, 0.01, slack)


def _verdicts(impact: Impact, truth: Truth) -> Iterator[str]:
    for name, told in truth["obligations"].items():
        if (found := getattr(impact.obligations, name)) != told:
            yield f"obligations.{name}: {found}, truth {told}"
    severity = {"level": impact.severity.enisa.level, "cnil_level": impact.severity.cnil_level}
    for name, told in truth["severity"].items():
        if severity[name] != told:
            yield f"severity.{name}: {severity[name]}, truth {told}"


CHECKS: dict[str, Callable[[Impact, Truth], Iterator[str]]] = {
    "persons_in_their_interval_and_best_within_one_per_cent": _persons,
    "professionals_controllers_and_accounts_exact": _exact,
    "each_controller_within_one_per_cent": _controllers,
    "minors_and_deceased_within_two_per_cent": _minors_and_deceased,
    "third_parties_within_five_per_cent": _third_parties,
    "roles_and_rows_of_tables": _roles,
    "field_of_every_column": _fields,
    "exposure_of_every_field_within_one_per_cent": _exposure,
    "special_categories": _special_categories,
    "reach_within_one_per_cent": _reach,
    "obligations_and_severity": _verdicts,
}


def main() -> None:
    """Prints the disagreements of one sample; exit code 1 where there is one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sample", choices=sample_ids())
    parser.add_argument("--persons", type=int)
    parser.add_argument("--seed", type=int)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["BREACHKIT_KEY_DIR"] = f"{scratch}/keys"
        folder = SAMPLES / args.sample
        if args.persons or args.seed is not None:
            folder = generate(args.sample, Path(scratch) / "sample", persons=args.persons, seed=args.seed)
        impact, truth = impact_of(folder, Path(scratch)), truth_of(folder)
        told = [one for find in CHECKS.values() for one in find(impact, truth)]
    sys.stdout.write("\n".join(told or ["no disagreement"]) + "\n")
    raise SystemExit(1 if told else 0)


if __name__ == "__main__":
    main()
