"""incident.toml: what is refused, in one clear line that tells what is accepted."""

# ruff: noqa: E501  (a mistake is one line of a table)

from __future__ import annotations

import re
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from breachkit.assessment.clock import clock_reasons, deadline, deadline_1182
from breachkit.assessment.facts import check_facts
from breachkit.errors import FactsError
from breachkit.incident import PARIS, Incident, load_incident, parse_incident
from breachkit.reference.catalogue import resource


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


# --- Every kind of mistake, in both languages: the file, the key, what was found, what is accepted ---------------

MISTAKES = {
    "unknown table": ("[date]\naware = 2026-01-06", ["date", "tables admises", "« dates »"], ["unknown table", "did you mean “dates”"]),
    "unknown key": ("[dates]\nawere = 2026-01-06", ["dates.awere", "« aware »", "[dates]"], ["unknown key", "“aware”", "2026-01-06"]),
    "key of another table": ("[incident]\naware = 2026-01-06", ["incident.aware", "de la table [dates]"], ["belongs to the table [dates]"]),
    "key outside any table": ("aware = 2026-01-06", ["aware", "hors de toute table", "[dates]"], ["outside any table"]),
    "table as a value": ("dates = 5", ["dates", "5", "admis : une table"], ["accepted: a table"]),
    "wrong type": ("[incident]\ntitle = 5", ["incident.title", "5", "un texte entre guillemets"], ["a text in quotes"]),
    "yes for true": ('[breach]\nmalicious = "oui"', ["breach.malicious", "'oui'", "true ou false"], ["true or false"]),
    "text for a list": ('[breach]\nnature = "confidentiality"', ["breach.nature", "une liste"], ["a list in brackets"]),
    "wrong word": ('[breach]\nexfiltrated = "yess"', ["breach.exfiltrated", "'yess'", '"likely"', "« yes »"], ["“yes”"]),
    "wrong word in a list": ('[breach]\nnature = ["confidentialite"]', ["breach.nature", "« confidentiality »"], ["“confidentiality”"]),
    "wrong kind": ('[incident]\nkind = "complémentaire"', ["incident.kind", "« complementaire »"], ["“complementaire”"]),
    "bad date": ('[dates]\naware = "15/01/2026"', ["dates.aware", "15/01/2026", "ISO 8601"], ["ISO 8601"]),
    "impossible date": ('[dates]\naware = "2026-02-30"', ["dates.aware", "2026-02-30"], ["ISO 8601"]),
    "skipped hour": ("[dates]\naware = 2026-03-29T02:30:00", ["dates.aware", "02:30", "n'existe pas"], ["does not exist"]),
    "end before start": ("[dates]\nstart = 2026-01-06\nend = 2026-01-05", ["dates", "start = 2026-01-06, end = 2026-01-05", "précède"], ["end comes before start"]),
    "aware before start": ("[dates]\nstart = 2026-01-06\naware = 2026-01-05", ["aware = 2026-01-05", "précède le début"], ["awareness (aware) comes before the start"]),
    "discovered before start": ("[dates]\nstart = 2026-01-06\ndiscovered = 2026-01-05", ["la découverte (discovered)"], ["the discovery"]),
    "told before start": ("[dates]\nstart = 2026-01-06\nprocessor_informed = 2026-01-05", ["sous-traitant"], ["the processor's"]),
    "notified before aware": ("[dates]\naware = 2026-01-06\nnotified = 2026-01-05", ["la notification (notified)"], ["notified"]),
    "SIREN too short": ('[controller]\nsiren = "12345"', ["controller.siren", "'12345'", "9 chiffres"], ["9 digits"]),
    "SIREN key wrong": ('[controller]\nsiren = "552 100 555"', ["controller.siren", "552 100 555", "clé de contrôle"], ["check digit"]),
    "negative count": ("[data]\npersons = -1", ["data.persons", "-1", "0 ou plus"], ["0 or more"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_in_both_languages(name: str, tmp_path: Path) -> None:
    text, french, english = MISTAKES[name]
    path = tmp_path / "incident.toml"
    path.write_text(text + "\n", encoding="utf-8")
    with pytest.raises(FactsError) as caught:
        load_incident(path)
    fr, en = caught.value.fr.replace("\u202f", " "), caught.value.en
    assert fr.startswith("incident.toml : 1 erreur.\n  - ")
    assert en.startswith("incident.toml: 1 error.\n  - ")
    for part in french:
        assert part in fr
    for part in english:
        assert part in en
    assert not any(mark in caught.value.fr for mark in (" :", " ;", " ?"))
    assert "trouvé" not in en
    assert "\u202f" not in en


@pytest.mark.parametrize("siren", ["", "552100554", "552 100 554", "732 829 320 00074", "35600000000048"])
def test_a_right_siren_is_kept_without_its_spaces(siren: str) -> None:
    assert parse_incident({"controller": {"siren": siren}}, "x").controller.siren == "".join(siren.split())


def test_a_hint_is_given_only_where_a_word_comes_close(tmp_path: Path) -> None:
    (line,) = refusal("[dates]\nxyz = 1\n", tmp_path)
    assert "vouliez" not in line
    assert "did you mean" not in line


def test_an_hour_that_comes_twice_is_its_first() -> None:
    moment = parse_incident({"dates": {"aware": "2026-10-25T02:30:00"}}, "x").dates.aware
    assert moment is not None
    assert moment.utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize(("start", "aware"), [("2026-01-06T10:00", "2026-01-06"), ("2026-01-06", "2026-01-06T09:00")])
def test_a_day_without_its_hour_is_in_order_with_that_day(start: str, aware: str) -> None:
    assert parse_incident({"dates": {"start": start, "aware": aware}}, "x").dates.aware is not None


def test_order_is_judged_in_real_time() -> None:
    told = {"start": "2026-10-25T02:50+02:00", "aware": "2026-10-25T02:10+01:00"}  # twenty minutes later
    assert parse_incident({"dates": told}, "x").dates.aware is not None


@pytest.mark.parametrize(
    ("text", "place"), [("[dates]\naware = 15/01/2026\n", "ligne 2"), ("[dates\n", "ligne 1"), ('a = "x\n', "ligne 1")]
)
def test_what_is_no_toml_is_told_with_its_line(text: str, place: str, tmp_path: Path) -> None:
    path = tmp_path / "FACTS.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FactsError) as caught:
        load_incident(path)
    assert caught.value.fr.startswith("FACTS.toml\u202f: ce n'est pas du TOML valide, " + place)
    assert "this is not valid TOML" in caught.value.en
    assert "2026-01-15T09:30:00+01:00" in caught.value.fr


def test_words_of_the_closed_lists_have_their_hint() -> None:
    incident = parse_incident({"breach": {"origins": ["hackng"]}}, "x")
    with pytest.raises(FactsError) as caught:
        check_facts(incident)
    assert "vouliez-vous dire «\u202fhacking\u202f»" in caught.value.fr
    assert "did you mean “hacking”" in caught.value.en


def test_the_file_that_init_writes_is_right_and_names_every_key() -> None:
    """As it is, and with every commented key put in."""
    text = resource("case/incident.toml")
    assert parse_incident(tomllib.loads(text), "incident.toml") == Incident()
    filled = "\n".join(line.removeprefix("# ") if re.match(r"# \w+ = ", line) else line for line in text.splitlines())
    facts = tomllib.loads(filled)
    check_facts(parse_incident(facts, "incident.toml"))
    for name, info in Incident.model_fields.items():
        keys = {one.alias or key for key, one in info.annotation.model_fields.items()}  # type: ignore[union-attr]
        assert set(facts[name]) == keys, name
    for line in filled.splitlines():
        if re.match(r'["\w]', line):
            assert "#" in line, f"not commented: {line}"
