"""incident.toml: what is refused, in one clear line that tells what is accepted."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from breachkit.assessment.clock import clock_reasons, deadline, deadline_1182
from breachkit.errors import FactsError
from breachkit.incident import PARIS, Incident, load_incident, parse_incident


def refusal(text: str, folder: Path) -> list[str]:
    """The lines of the French refusal of a file, the first (how many errors) and the last (what to do) left out."""
    path = folder / "incident.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FactsError) as caught:
        load_incident(path)
    lines = str(caught.value).split("\n")
    return [line for line in lines if line.startswith("  - ") and "accepted" not in line]


@pytest.mark.parametrize(
    "moment",
    ["9999-12-31T23:00:00Z", "0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "1989-12-31", "2100-01-02"],
)
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_date_out_of_range_is_refused_with_the_range(moment: str, quote: str, tmp_path: Path) -> None:
    (line,) = refusal(f"[dates]\naware = {quote}{moment}{quote}\n", tmp_path)
    assert "dates.aware" in line
    assert "1990-01-01" in line
    assert "2100-01-01" in line


@pytest.mark.parametrize("moment", ["1990-01-01", "2100-01-01T00:00:00", "2026-01-06T09:15:00+01:00"])
def test_a_date_in_range_gives_a_clock(moment: str) -> None:
    dates = parse_incident({"dates": {"aware": moment}}, "incident.toml").dates
    assert deadline(dates) is not None
    assert deadline_1182(dates) is not None
    assert clock_reasons(dates)


@pytest.mark.parametrize("value", ["5", "5.0", '"5"', '"1700000000"', "true", "07:32:00", "[2026-01-01]"])
def test_what_is_no_date_is_refused(value: str, tmp_path: Path) -> None:
    (line,) = refusal(f"[dates]\naware = {value}\n", tmp_path)
    assert "dates.aware" in line
    assert "ISO 8601" in line


@pytest.mark.parametrize("value", ["[1]", "5", "{ a = 1 }", "2026-01-01"])
def test_a_wrong_answer_of_others_is_one_line(value: str, tmp_path: Path) -> None:
    (line,) = refusal(f"[others]\ncomplaint = {value}\n", tmp_path)
    assert "others.complaint" in line
    assert "literal" not in line
    assert '"yes"' in line


@pytest.mark.parametrize("told", ["yes", "no", "unknown", "le 3 janvier", True, False])
def test_the_answers_of_others_are_kept(told: str | bool) -> None:
    incident = parse_incident({"others": {"complaint": told}}, "incident.toml")
    assert incident.others.complaint == told
    assert type(incident.others.complaint) is type(told)


@pytest.mark.parametrize("key", ["measures.before", "measures.planned", "communication.means"])
def test_a_wrong_text_or_list_is_one_line(key: str, tmp_path: Path) -> None:
    section, name = key.split(".")
    (line,) = refusal(f"[{section}]\n{name} = 5\n", tmp_path)
    assert key in line
    assert "liste" in line
    assert parse_incident({section: {name: ["a", "b"]}}, "x").facts()[section][name] == ["a", "b"]


@pytest.mark.parametrize("value", ["-1", '"many"', "1.5"])
def test_a_wrong_count_says_that_zero_is_accepted(value: str, tmp_path: Path) -> None:
    (line,) = refusal(f"[data]\npersons = {value}\n", tmp_path)
    assert "nombre entier, 0 ou plus" in line
    assert parse_incident({"data": {"persons": 0}}, "x").data.persons == 0


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"aware": "2026-01-06T09:15", "notified": "2026-01-06T09:14"}, "notified) précède la connaissance (aware"),
        ({"start": "2026-01-06", "end": "2026-01-05"}, "la fin (end) précède le début (start)"),
    ],
)
def test_dates_out_of_order_are_refused(told: dict[str, Any], words: str) -> None:
    with pytest.raises(FactsError, match="dates") as caught:
        parse_incident({"dates": told}, "incident.toml")
    assert words in str(caught.value)


def test_a_notification_at_the_moment_of_awareness_is_possible() -> None:
    moment = datetime(2026, 1, 6, 9, 15, tzinfo=PARIS)
    assert parse_incident({"dates": {"aware": moment, "notified": moment}}, "x").dates.notified == moment


def test_the_facts_are_read_back_as_they_were() -> None:
    incident = parse_incident(
        {"dates": {"aware": "2026-01-06"}, "others": {"ars": "no"}, "measures": {"after": ["a", "b"]}}, "x"
    )
    assert Incident(**incident.facts()) == incident
