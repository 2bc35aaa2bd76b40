"""Every sample of data/samples against its truth: what the chain computes is what the generator knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from breachkit.impact import Impact
from tests.sample_truth import CHECKS, SAMPLES, generate, impact_of, sample_ids, truth_of

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


@pytest.mark.parametrize("sample", sorted(path.parent.name for path in SAMPLES.glob("*/generate.py")))
def test_same_arguments_same_bytes(sample: str, tmp_path: Path) -> None:
    folder = generate(sample, tmp_path)
    committed = {one.name: one for one in (SAMPLES / sample).iterdir() if one.is_file() and one.suffix != ".py"}
    made = [one for one in folder.iterdir() if one.name in committed]
    assert {"truth.json"} < {one.name for one in made}
    assert [one.name for one in folder.iterdir() if one.name not in committed] == []
    assert [one.name for one in made if one.read_bytes() != committed[one.name].read_bytes()] == []
