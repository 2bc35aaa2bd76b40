"""The CNIL's and the EDPB's fields: order, literal options, figures with their unit, blanks where nothing is known."""

from __future__ import annotations

import json
from typing import Any

import pytest

from breachkit.impact import Impact
from breachkit.incident import Incident
from breachkit.notification import boxes, figures, proposals
from breachkit.notification.build import build
from breachkit.notification.cnil import cnil_fields
from breachkit.notification.edpb import edpb_fields
from breachkit.notification.form import FormField, form_table, yes_no
from breachkit.reference.catalogue import categories, fields
from breachkit.reference.method import limit
from tests.example_impact import PATIENTS, empty_impact, example_impact

NARROW = "\u202f"


def with_facts(**sections: Any) -> Impact:
    """The example with other facts of the incident."""
    return example_impact().model_copy(update={"incident": Incident.model_validate(sections).facts()})


def cnil(impact: Impact, language: str = "fr") -> dict[str, FormField]:
    return {one.id: one for one in cnil_fields(impact, language)}


def edpb(impact: Impact, language: str = "fr") -> dict[str, FormField]:
    return {one.id: one for one in edpb_fields(impact, language)}


# --- The reference --------------------------------------------------------------------------------------------

# From the CNIL's open data, literally (regulatory.md 1.3).
LITERAL = {
    "natures": ["Perte de la confidentialité", "Perte de l'intégrité", "Perte de la disponibilité"],
    "bands": ["Entre 0 et 5", "Entre 6 et 50", "Entre 51 et 300", "Entre 301 et 5000", "Plus de 5000 personnes"],
    "causes": [
        "Acte externe malveillant",
        "Acte interne accidentel",
        "Inconnu",
        "Acte externe accidentel",
        "Autre",
        "Acte interne malveillant",
    ],
    "information": [
        "Non déterminé pour le moment",
        "Non, mais elles le seront",
        "Oui, les personnes ont été informées",
        "Non ils ne le seront pas",
    ],
    "origins": [
        "Piratage, logiciel malveillant (par exemple rançongiciel) et/ou hameçonnage",
        "Autre",
        "Données personnelles envoyées à un mauvais destinataire",
        "Publication non volontaire d'informations",
        "Equipement perdu ou volé",
        "Papier perdu, volé ou laissé accessible dans un endroit non sécurisé",
        "Données de la mauvaise personne affichées sur le portail du client",
        "Courrier perdu ou ouvert avant d'être retourné à l'envoyeur",
        "Informations personnelles divulguées de façon verbale",
        "Mise au rebut d'appareils numériques contenant des données personnelles sans effacement sécurisé",
        "Mise au rebut de documents papier contenant des données personnelles sans destruction physique",
    ],
    "data_types": [
        "Etat civil (ex : nom, sexe, date de naissance, âge...)",
        "Coordonnées (ex : adresse postale ou électronique, numéros de téléphone fixe ou portable...)",
        (
            "Données relatives à des informations financières (ex : revenus, numéro de carte de crédit, "
            "coordonnées bancaires), économiques"
        ),
        "Données d'identification ou d'accès (ex : identifiant, mot de passe, numéro client...)",
        "La violation concerne d'autres données",
        "NIR (Numéro d'Inscription au Répertoire)",
        "Documents officiels (Passeports, pièces d'identité, etc.)",
        "Les données concernées ne sont pas connues pour le moment",
        "Données de localisation",
        "Données relatives à des infractions, condamnations, mesures de sûreté",
    ],
}


@pytest.mark.parametrize("section", LITERAL)
def test_labels_of_the_cnil_are_literal(section: str) -> None:
    assert [one["label"] for one in form_table("cnil.toml")[section]] == LITERAL[section]


def test_sections_of_the_cnil_form_are_in_its_order() -> None:
    sections = [one.section for one in cnil_fields(example_impact())]
    assert list(dict.fromkeys(sections)) == [
        "Type de notification",
        "Identification de l'organisme",
        "Responsable légal",
        "Personne à contacter",
        "Autres organismes impliqués",
        "Dates",
        "À propos de la violation",
        "Nature des données",
        "Personnes concernées",
        "Mesures de sécurité préalables à la violation",
        "Conséquences potentielles",
        "Préjudices potentiels et niveau de gravité",
        "Mesures techniques et organisationnelles prises suite à la violation",
        "Communication aux personnes",
        "Notifications transfrontalières et autres notifications",
        "Plainte, ANSSI, ARS et CERT Santé",
    ]


def test_the_template_of_the_edpb_is_whole() -> None:
    listed = form_table("edpb.toml")["fields"]
    numbers = [one["number"] for one in listed]
    assert len(numbers) == 100
    assert numbers == sorted(numbers)
    assert (numbers[0], numbers[-1]) == (3, 126)
    sizes = {one["number"]: len(one["options"]) for one in listed if "options" in one}
    assert (sizes[60], sizes[65], sizes[70], sizes[85], sizes[94], sizes[97]) == (25, 11, 21, 15, 15, 6)
    for one in listed:
        codes = [option["code"] for option in one.get("options", ())]
        assert codes == sorted(set(codes))
        assert one["section"] in form_table("edpb.toml")["sections"]


def test_every_code_of_our_tables_is_an_option_of_the_forms() -> None:
    options = {
        one["number"]: {option["code"] for option in one.get("options", ())}
        for one in form_table("edpb.toml")["fields"]
    }
    used = {one.edpb_code for one in fields().values()} | {one.edpb_code for one in categories().values()}
    assert used - {None} <= options[70]
    for section, number in (("origins", 60), ("causes", 61), ("harms", 85)):
        assert {one["edpb"] for one in proposals.entries(section) if "edpb" in one} <= options[number]
    boxes = {kind for one in proposals.entries("data_types") for kind in one["cnil_types"]}
    elsewhere = {"special", "organisation", "technical"}  # the sensitive block; not about a person
    assert {one.cnil_type for one in fields().values()} - elsewhere == boxes


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("impact", [example_impact(), empty_impact()], ids=["example", "empty"])
def test_values_are_options_of_their_field(impact: Impact, language: str) -> None:
    found = [*cnil_fields(impact, language), *edpb_fields(impact, language)]
    assert len({(one.section, one.id) for one in found}) == len(found)
    for one in found:
        assert one.text
        assert (one.value is None) == (one.status == "to_complete")
        if one.options and one.value is not None:
            values = one.value if isinstance(one.value, tuple) else (one.value,)
            assert set(values) <= {option.value for option in one.options}
        if language == "fr":  # the sentences of methods are another room's
            assert not any(f" {mark}" in one.note.split("Méthode", 1)[0] for mark in ";!?")


# --- Figures --------------------------------------------------------------------------------------------------


def test_numbers_come_with_unit_bounds_and_method() -> None:
    persons = cnil(example_impact())["persons"]
    assert persons.value == PATIENTS
    assert persons.text == f"3{NARROW}950"
    assert f"entre 3{NARROW}938 et 3{NARROW}961" in persons.note
    assert "patients distincts" in persons.note
    assert example_impact().methods["identity"].fr in persons.note
    records = cnil(example_impact(), "en")["records"]
    assert (records.value, records.text) == (4993, "4,993")
    assert "1,043 beyond the first" in records.note
    assert "7 to 13, median 10" in records.note


def test_persons_by_box_are_sums_of_profiles() -> None:
    impact = example_impact()
    assert boxes.persons_by_special(impact.profiles) == {"religion": 18, "sex_life": 18, "health": 126}
    assert boxes.persons_by_type(impact.profiles) == {
        "civil_status": 3950, "contact": 3950, "other": 189, "nir": 1523, "offence": 5,
    }  # fmt: skip
    sensitive = cnil(impact)["sensitive_data"]
    assert sensitive.value == (
        "Opinions philosophiques ou religieuses",
        "Orientation (vie) sexuelle",
        "Données de santé",
    )
    assert f"Données de santé{NARROW}: 126" in sensitive.note
    assert f"Orientation (vie) sexuelle{NARROW}: 18" in sensitive.note
    assert f"Etat civil{NARROW}: 3{NARROW}950" in cnil(impact)["data_types"].note
    assert boxes.persons_by_edpb_code(impact.profiles) == {
        "a": 3950, "b": 3950, "d": 5, "g": 18, "h": 18, "k": 126, "n": 1523, "u": 189,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("persons", "band"),
    [
        (0, "Entre 0 et 5"), (5, "Entre 0 et 5"), (6, "Entre 6 et 50"), (300, "Entre 51 et 300"),
        (301, "Entre 301 et 5000"), (5000, "Entre 301 et 5000"), (5001, "Plus de 5000 personnes"),
        (15_000_000, "Plus de 5000 personnes"),
    ],
)  # fmt: skip
def test_bands(persons: int, band: str) -> None:
    assert figures.band_of(persons)["label"] == band


def test_a_band_in_doubt_says_so() -> None:
    impact = example_impact()
    patients = impact.people.patients.model_copy(update={"best": 4998, "high": 5003})
    people = impact.people.model_copy(update={"patients": patients})
    assert "tranches différentes" in cnil(impact.model_copy(update={"people": people}))["persons_band"].note
    assert "tranches différentes" not in cnil(impact)["persons_band"].note


def test_the_description_holds_figures_and_no_invention() -> None:
    told = with_facts(breach={"description": "Un compte a servi à extraire des fichiers."})
    text = str(cnil(told)["description"].value)
    assert text.startswith("Un compte a servi à extraire des fichiers.\nExtraction examinée")
    assert f"5{NARROW}015 enregistrements, dont 5{NARROW}008 lus et 7 rejetés" in text
    assert "231, pour 203 patients, dont 144" in text
    assert "Notes libres" not in str(cnil(empty_impact())["description"].value)


# --- Facts and conditions -------------------------------------------------------------------------------------


def test_nothing_known_is_left_to_complete() -> None:
    found = cnil(empty_impact())
    blank = {key for key, one in found.items() if one.status == "to_complete"}
    assert {"siren", "name", "start", "aware", "persons", "persons_band", "records", "harms", "severity"} <= blank
    assert {one.text for key, one in found.items() if key in blank} == {"à compléter"}
    template = edpb(empty_impact())
    assert template["67"].value == "67-d"
    assert template["87"].value == "87-d"
    assert "68" not in template


@pytest.mark.parametrize(
    ("sections", "shown", "hidden"),
    [
        ({}, (), ("previous_reference", "informed_date", "informed_count", "not_informed_reason")),
        ({"incident": {"kind": "complementaire"}}, ("previous_reference",), ()),
        ({"dates": {"start": "2026-01-01", "ongoing": True}}, ("ongoing",), ("end",)),
        ({"communication": {"state": "done"}}, ("informed_date", "informed_count", "informed_means"), ()),
        ({"communication": {"state": "no"}}, ("not_informed_reason",), ("informed_date", "informed_content")),
        ({"breach": {"nature": ["availability"]}}, ("consequences_availability",), ("consequences_integrity",)),
        ({"processor": {"name": "Éditeur Exemple"}}, ("processor_informed",), ()),
    ],
)
def test_conditions_of_the_cnil_form(sections: dict[str, Any], shown: tuple[str, ...], hidden: tuple[str, ...]) -> None:
    found = cnil(with_facts(**sections))
    assert set(shown) <= set(found)
    assert not set(hidden) & set(found)


@pytest.mark.parametrize(
    ("sections", "shown", "hidden"),
    [
        ({}, ("3", "44", "79"), ("5", "6", "39", "46", "52", "58", "59", "98", "99", "100", "114", "120")),
        ({"incident": {"kind": "complementaire", "previous_reference": "V-1"}}, ("6",), ("49",)),
        ({"dates": {"start": "2026-01-01", "ongoing": True}}, ("46",), ("47",)),
        ({"breach": {"nature": ["integrity", "availability"]}}, ("58", "59", "81", "83"), ("56", "57", "79")),
        ({"communication": {"state": "done", "persons_informed": 12}}, ("98", "102", "103", "104", "106"), ("99",)),
        ({"communication": {"state": "planned"}}, ("99",), ("98", "101")),
        ({"communication": {"state": "no"}, "breach": {"unintelligible": True}}, ("100", "101"), ("98",)),
        ({"processor": {"name": "Éditeur Exemple"}}, ("39", "40", "41"), ()),
        ({"others": {"complaint": True, "cross_border": True}}, ("111", "114", "117"), ()),
    ],
)
def test_conditions_of_the_template(sections: dict[str, Any], shown: tuple[str, ...], hidden: tuple[str, ...]) -> None:
    found = edpb(with_facts(**sections))
    assert set(shown) <= set(found)
    assert not set(hidden) & set(found)


def test_lateness_is_asked_for_only_where_it_is_known() -> None:
    impact = example_impact()
    late, in_time = (
        impact.model_copy(update={"obligations": impact.obligations.model_copy(update={"late": told})})
        for told in (True, False)
    )
    assert ("49" in edpb(late), "49" in edpb(impact), "49" in edpb(in_time)) == (True, False, False)
    assert "retard doit être motivé" in cnil(late)["delay_reasons"].note
    assert "delay_reasons" not in cnil(in_time)


@pytest.mark.parametrize(
    ("sections", "values"),
    [
        ({"incident": {"kind": "complete"}}, {"3": "3-a", "4": "4-a", "44": None, "56": None, "97": None}),
        ({}, {"3": "3-a", "4": "4-b", "44": "44-e", "56": "56-e", "57": "57-e", "60": "60-x", "97": "97-c"}),
        ({"dates": {"start": "2026-01-01T08:00", "end": "2026-01-01T09:00"}}, {"44": "44-a"}),
        ({"dates": {"start": "2026-01-01", "end": "2026-01-02"}}, {"44": "44-b"}),
        ({"breach": {"exfiltrated": "likely", "unintelligible": False}}, {"56": "56-b", "57": "57-c"}),
        ({"breach": {"causes": ["Acte interne accidentel"]}}, {"61": "61-a"}),
        ({"breach": {"origins": ["wrong_recipient"]}}, {"60": "60-r"}),
        ({"communication": {"state": "planned", "date": "2026-03-01"}}, {"97": "97-b"}),
        ({"communication": {"state": "done", "persons_informed": 3950}}, {"97": "97-a", "102": "102-a"}),
        ({"communication": {"state": "done", "persons_informed": 12}}, {"102": "102-b"}),
        ({"others": {"anssi": "no", "cert_sante": False, "ars": "non"}}, {"110": "110-b"}),
        ({"others": {"cert_sante": "signalé le 07/01/2026"}}, {"110": "110-a", "111": "CERT Santé"}),
        ({"breach": {"nature": ["availability"], "data_recoverable": "no"}}, {"59": "59-b", "83": ("83-a",)}),
    ],
)  # fmt: skip
def test_codes_of_the_template(sections: dict[str, Any], values: dict[str, Any]) -> None:
    found = edpb(with_facts(**sections))
    assert {key: found[key].value for key in values} == values


def test_codes_drawn_from_the_figures() -> None:
    found = edpb(example_impact())
    assert found["65"].value == ("65-d", "65-e", "65-j")
    assert found["67"].value == "67-b"
    assert found["70"].value == tuple(f"70-{code}" for code in "abdghknu")
    assert found["72"].value == "72-b"  # 7 records are rejected
    assert found["87"].value == "87-c"
    assert found["89"].value == "89-a"
    assert found["85"].value == ("85-a", "85-c", "85-d", "85-e", "85-h", "85-i", "85-j")


def test_words_outside_the_list_are_told_in_the_note() -> None:
    origins = cnil(with_facts(breach={"origins": ["pirates"]}))["origins"]
    assert origins.value is None
    assert "« pirates »".replace(" ", NARROW) in origins.note


def test_no_disclosure_proposes_no_harm() -> None:
    found = cnil(with_facts(breach={"exfiltrated": "no"}))
    assert found["harms"].value is None
    assert found["consequences_confidentiality"].value is None


@pytest.mark.parametrize(
    ("told", "verdict"),
    [(True, "yes"), (False, "no"), (None, None), ("unknown", None), ("", None), ("non", "no"), ("le 3 janvier", "yes")],
)
def test_yes_and_no(told: str | bool | None, verdict: str | None) -> None:
    assert yes_no(told) == verdict


def test_the_one_controller_of_a_sheet_is_named() -> None:
    impact = example_impact()
    one = impact.model_copy(update={"scope": "controller", "controllers": impact.controllers[:1]})
    assert cnil(one)["name"].value == "Dr Exemple 01"
    assert edpb(one)["12"].value == "Dr Exemple 01"
    assert cnil(impact)["name"].value == "Cabinets utilisateurs du logiciel"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_both_forms_are_plain_json_in_order(language: str) -> None:
    built = build(example_impact(), language)
    again = json.loads(json.dumps(built))
    assert list(again) == ["cnil", "edpb"]
    assert list(again["cnil"]) == [one.id for one in cnil_fields(example_impact(), language)]
    assert list(again["edpb"]) == [one.id for one in edpb_fields(example_impact(), language)]
    assert again["cnil"]["persons"]["value"] == PATIENTS


def test_english_reads_in_english_and_keeps_the_french_word_as_value() -> None:
    natures = cnil(example_impact(), "en")["natures"]
    assert natures.label == "Nature of the breach"
    assert natures.value == ("Perte de la confidentialité",)
    assert natures.text == "Loss of confidentiality"


# --- What may be called exact ---------------------------------------------------------------------------------


def sure(*limits: str, method: str = "reference_breach") -> Impact:
    """The example with patients whose bounds meet, no record rejected, and these limits."""
    impact = example_impact()
    patients = impact.people.patients.model_copy(update={"low": PATIENTS, "high": PATIENTS})
    return impact.model_copy(
        update={
            "reference_date_method": method,
            "people": impact.people.model_copy(update={"patients": patients}),
            "sources": tuple(
                one.model_copy(update={"loaded": one.records, "rejected": 0, "rejected_by_reason": {}})
                for one in impact.sources
            ),
            "quality": impact.quality.model_copy(update={"limits": tuple(limit(one, 3) for one in limits)}),
        }
    )


def test_a_number_is_exact_where_bounds_meet_and_nothing_is_missing() -> None:
    found = edpb(sure("notes_not_reviewed"))
    assert (found["67"].value, found["72"].value) == ("67-a", "72-a")


@pytest.mark.parametrize("key", ["unreadable_sources", "rejected", "no_patient_table", "tables_without_identity"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_was_not_read_makes_it_approximate_and_is_told(key: str, language: str) -> None:
    impact = sure("notes_not_reviewed", key)
    found, template = cnil(impact, language), edpb(impact, language)
    assert (template["67"].value, template["72"].value) == ("67-b", "72-b")
    told = getattr(limit(key, 3), language).split(" ;")[0].split(";")[0].split(" :")[0].split(", sans nom")[0]
    for note in (found["persons"].note, found["records"].note, template["68"].note, template["73"].note):
        assert told in note
        assert language == "en" or not any(f" {mark}" in note.split(told)[1] for mark in ";:!?")
    untold = cnil(sure("notes_not_reviewed"), language)
    assert told not in untold["persons"].note + untold["records"].note


def test_an_unknown_reference_date_makes_it_approximate() -> None:
    assert edpb(sure(method="reference_unknown"))["67"].value == "67-b"
