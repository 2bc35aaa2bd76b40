"""Every sample of data/samples against its truth: what the chain computes is what the generator knows."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from breachkit.errors import UsageError
from breachkit.execution.samples import sample_folder, sample_names, sample_sources
from breachkit.impact import Impact
from tests.sample_truth import CHECKS, SAMPLES, generate, impact_of, sample_ids, truth_of

ROOT = SAMPLES.parents[1]
ALL = sorted(path.parent.name for path in SAMPLES.glob("*/generate.py"))
OTHER_SEEDS = [(None, 7), (None, 91), (20_000, 7)]


def test_there_are_samples_with_their_facts_and_their_truth() -> None:
    folders = [path.parent for path in SAMPLES.glob("*/generate.py")]
    assert len(folders) > len(sample_ids()) > 0
    for folder in folders:
        assert (folder / "incident.toml").is_file()
        assert (folder / "README.md").is_file()
        assert truth_of(folder)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("sample", sample_ids())
def test_sample(sample: str, check: str, sample_impact: Callable[[str], Impact]) -> None:
    assert list(CHECKS[check](sample_impact(sample), truth_of(SAMPLES / sample))) == []


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_finds_what_differs(check: str, sample_impact: Callable[[str], Impact]) -> None:
    """The control: against the truth of another sample, or a truth put wrong, every check has something to say."""
    sample = sample_ids()[0]
    impact, truth = sample_impact(sample), dict(truth_of(SAMPLES / sample))
    wrong = {
        "persons": truth["persons"] + 100,
        "professionals": truth["professionals"] + 1,
        "controllers": {"count": truth["controllers"]["count"], "patients": {"nobody": 10}},
        "minors": truth["minors"] + 100,
        "third_parties": impact.people.third_parties.best + 100,
        "tables": {name: told | {"role": "other", "columns": {}} for name, told in truth["tables"].items()},
        "exposure": {"fields": {}, "special_categories": {"sex_life": truth["persons"]}},
        "reach": {"none": -10},
        "severity": {"level": "none"},
    }
    assert list(CHECKS[check](impact, truth | wrong))


@pytest.mark.slow
@pytest.mark.parametrize(("persons", "seed"), OTHER_SEEDS)
@pytest.mark.parametrize("sample", sample_ids())
def test_sample_of_another_seed_or_size(sample: str, persons: int | None, seed: int, tmp_path: Path) -> None:
    folder = generate(sample, tmp_path / "sample", persons=persons, seed=seed)
    impact, truth = impact_of(folder, tmp_path), truth_of(folder)
    assert [one for check in CHECKS.values() for one in check(impact, truth)] == []


@pytest.mark.parametrize("sample", ALL)
def test_same_arguments_same_bytes(sample: str, tmp_path: Path) -> None:
    folder = generate(sample, tmp_path)
    committed = {one.name: one for one in (SAMPLES / sample).iterdir() if one.is_file() and one.suffix != ".py"}
    made = [one for one in folder.iterdir() if one.name in committed]
    assert {"truth.json"} < {one.name for one in made}
    assert [one.name for one in folder.iterdir() if one.name not in committed] == []
    assert [one.name for one in made if one.read_bytes() != committed[one.name].read_bytes()] == []


def test_every_sample_is_known_to_the_demo_and_in_the_wheel() -> None:
    bundled = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    listed = {path for path in bundled["force-include"] if path.startswith("data/samples/")}
    needed = set()
    for sample in ALL:
        folder = SAMPLES / sample
        files = [*sample_sources(folder), folder / "incident.toml", folder / "truth.json"]
        needed |= {path.relative_to(ROOT).as_posix() for path in files}
    assert sample_names() == ALL
    assert listed == needed


def test_all_samples_together_are_small() -> None:
    sizes = [path.stat().st_size for sample in ALL for path in sample_sources(SAMPLES / sample)]
    assert max(sizes) <= 2**20
    assert sum(sizes) < 15 * 2**20


def test_a_sample_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="hopital") as refused:
        sample_folder("../mlm")
    assert "hopital" in refused.value.en


@pytest.mark.parametrize("sample", ALL)
def test_each_sample_has_a_page_whose_pictures_exist(sample: str) -> None:
    page = ROOT / "docs" / "systemes" / f"{sample}.md"
    if sample == "mlm":  # the guide itself is written on it
        assert not page.exists()
        return
    text = page.read_text("utf-8")
    pictures = [line.partition("](")[2].rstrip(")") for line in text.splitlines() if line.startswith("![")]
    assert pictures
    assert all((page.parent / one).is_file() for one in pictures)


@pytest.mark.slow
@pytest.mark.parametrize("sample", ALL)
def test_the_demo_of_every_sample_runs_to_its_pdfs(sample: str, tmp_path: Path) -> None:
    out = tmp_path / "demo"
    for command in (["demo", "--sample", sample, "--out", str(out)], ["verify", str(out)]):
        subprocess.run([sys.executable, "-m", "breachkit", *command], check=True, timeout=600)
    assert (out / "rapport-impact.pdf").read_bytes().startswith(b"%PDF")
