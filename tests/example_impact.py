"""An impact with realistic, invented figures of the mlm case, for every test that draws something.

5,000 records, 3,950 persons, 15 controllers, all 13 categories of notes. Every total that can be checked adds
up: sources, profiles, segments, histogram, severity. `scaled_impact` has as many controllers as asked, and
`empty_impact` is a run in which nothing was found.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from breachkit.impact import (
    Apart,
    Change,
    Column,
    ControllerCount,
    ControllerImpact,
    Counted,
    DataTypesPerPerson,
    Doubtful,
    EnisaScore,
    Estimate,
    Exposure,
    Finding,
    FreeText,
    HistogramBin,
    Impact,
    Information,
    Linking,
    Merge,
    Obligations,
    PairReview,
    People,
    Profile,
    ProfileSeverity,
    Quality,
    Reason,
    Segment,
    Severity,
    SeverityRow,
    Source,
    Step,
    Table,
    ThirdParties,
)
from breachkit.incident import parse_incident
from breachkit.reference.catalogue import fields

PATIENTS = 3950
RECORDS = 5000
CONTROLLERS = 15
IDENTITY = ("family_name", "given_name", "sex", "birth_date")
CONTACT = ("phone", "postal_address", "postcode", "city")

# field, header, filled, valid, placeholders, distinct, confidence, persons exposed
_PATIENT_COLUMNS = (
    ("technical_id", "id", 4993, 4993, 0, 4993, 1.0, None),
    ("family_name", "nom", 4993, 4990, 3, 1874, 0.99, 3950),
    ("birth_name", "nom_naissance", 1741, 1741, 0, 1102, 0.97, 1398),
    ("given_name", "prenom", 4988, 4988, 0, 812, 0.99, 3947),
    ("sex", "sexe", 4982, 4980, 2, 2, 0.99, 3944),
    ("birth_date", "date_naissance", 4902, 4871, 31, 3764, 0.99, 3868),
    ("nir", "num_secu", 2215, 2198, 12, 1788, 0.98, 1766),
    ("phone", "telephone", 4630, 4571, 41, 3402, 0.98, 3689),
    ("email", "email", 2907, 2888, 9, 2310, 0.99, 2334),
    ("postal_address", "adresse", 4811, 4811, 0, 3316, 0.95, 3836),
    ("postcode", "cp", 4870, 4861, 0, 214, 0.98, 3868),
    ("city", "ville", 4869, 4869, 0, 208, 0.97, 3866),
    ("free_text", "commentaire", 231, 231, 0, 218, 0.93, 203),
    ("rpps", "rpps_medecin", 4993, 4993, 0, 15, 1.0, None),
    ("timestamp", "date_creation", 4993, 4993, 0, 2871, 0.96, None),
)

# category, topic, assertion, subject, notes, persons
_FINDINGS = (
    ("health", "hiv_sti", "affirmed", "patient", 9, 8),
    ("health", "hiv_sti", "negated", "patient", 3, 3),
    ("health", "hiv_sti", "affirmed", "third_party", 2, 2),
    ("health", "mental_health", "affirmed", "patient", 14, 13),
    ("health", "mental_health", "hypothetical", "patient", 6, 6),
    ("health", "addiction", "affirmed", "patient", 11, 10),
    ("health", "addiction", "hypothetical", "patient", 4, 4),
    ("health", "addiction", "affirmed", "third_party", 3, 3),
    ("health", "reproductive", "affirmed", "patient", 8, 8),
    ("health", "oncology", "affirmed", "patient", 7, 7),
    ("health", "oncology", "negated", "patient", 2, 2),
    ("health", "disability", "affirmed", "patient", 6, 6),
    ("health", "other", "affirmed", "patient", 23, 21),
    ("health", "other", "hypothetical", "patient", 3, 3),
    ("sex_life", None, "affirmed", "patient", 3, 3),
    ("sex_life", None, "hypothetical", "patient", 6, 5),
    ("religion", None, "affirmed", "patient", 7, 7),
    ("religion", None, "affirmed", "third_party", 2, 2),
    ("ethnic_origin", None, "affirmed", "patient", 4, 4),
    ("political_opinion", None, "hypothetical", "patient", 1, 1),
    ("trade_union", None, "affirmed", "patient", 2, 2),
    ("genetic", None, "affirmed", "patient", 1, 1),
    ("genetic", None, "negated", "patient", 1, 1),
    ("offence", None, "affirmed", "patient", 4, 4),
    ("offence", None, "hypothetical", "third_party", 1, 1),
    ("social", None, "affirmed", "patient", 18, 16),
    ("social", None, "affirmed", "third_party", 5, 5),
    ("social", None, "hypothetical", "patient", 4, 4),
    ("judgement", None, "affirmed", "patient", 15, 14),
    ("access_code", None, "affirmed", "patient", 6, 6),
    ("identifier", None, "affirmed", "patient", 12, 11),
    ("identifier", None, "affirmed", "third_party", 9, 9),
    ("personal_note", None, "affirmed", "patient", 8, 7),
)

# id, fields beyond identity and contact, special categories, context, persons, dpc, se, level, cnil level
_PROFILES: tuple[tuple[str, tuple[str, ...], tuple[str, ...], tuple[Any, ...], int, float, Any, Any], ...] = (
    ("P01", ("email",), (), (), 1962, 1.0, "medium", "limited"),
    ("P02", ("email", "nir"), (), (), 1402, 2.0, "high", "important"),
    ("P03", (), (), ("minor",), 397, 2.0, "high", "important"),
    ("P04", ("nir", "free_text"), ("health",), (), 121, 4.0, "very_high", "maximal"),
    ("P05", ("free_text",), ("sex_life", "religion"), (), 18, 4.0, "very_high", "maximal"),
    ("P06", ("free_text",), ("health", "offence"), ("minor",), 5, 4.0, "very_high", "maximal"),
    ("P07", ("free_text",), (), (), 45, 1.0, "medium", "limited"),
)

# id, persons, email, phone, postal, none, letter, criteria fr, criteria en
_SEGMENTS = (
    ("S1", 3342, 2012, 3180, 3260, 41, "adultes", "Majeurs sans donnée sensible dans une note",
     "Adults with no sensitive statement in a note"),
    ("S2", 139, 84, 131, 136, 1, "adultes-sensible", "Majeurs dont une note révèle une donnée sensible",
     "Adults with a sensitive statement in a note"),
    ("S3", 402, 201, 371, 390, 6, "mineurs", "Mineurs : lettre aux titulaires de l’autorité parentale",
     "Minors: letter to the holders of parental authority"),
    ("S4", 9, 4, 7, 8, 1, "age-inconnu", "Date de naissance absente ou douteuse",
     "Date of birth missing or doubtful"),
    ("S5", 58, 33, 0, 42, 16, None, "Décès probable : aucune lettre automatique",
     "Probably deceased: no automatic letter"),
)  # fmt: skip


def reason(identifier: str, fr: str, en: str) -> Reason:
    """A reason in both languages."""
    return Reason(id=identifier, fr=fr, en=en)


def incident_facts() -> dict[str, Any]:
    """The facts of an incident.toml of the case, as the impact keeps them."""
    return parse_incident(
        {
            "incident": {
                "title": "Extraction de fichiers patients du logiciel de cabinet",
                "reference": "EX-2026-001",
                "kind": "initiale",
            },
            "dates": {
                "start": "2025-11-18T00:00:00+01:00",
                "end": "2025-12-29T00:00:00+01:00",
                "discovered": "2026-01-05T18:40:00+01:00",
                "aware": "2026-01-06T09:15:00+01:00",
                "processor_informed": "2026-01-06T09:15:00+01:00",
            },
            "breach": {
                "nature": ["confidentiality"],
                "origins": ["Piratage, logiciel malveillant (par exemple rançongiciel) et/ou hameçonnage"],
                "causes": ["Acte externe malveillant"],
                "exfiltrated": "yes",
                "recipients": "unknown",
                "malicious": True,
                "published": True,
            },
            "controller": {"name": "Cabinets utilisateurs du logiciel", "dpo": "dpo@example.org"},
            "processor": {"name": "Éditeur Exemple", "role": "Hébergement et maintenance"},
        },
        "incident.toml",
    ).facts()


def _column(position: int, row: tuple[Any, ...]) -> Column:
    field, name, filled, valid, placeholders, distinct, confidence, _persons = row
    info = fields()[field]
    return Column(
        name=name,
        position=position,
        field=field,
        cnil_type=info.cnil_type,
        edpb_code=info.edpb_code,
        sensitivity=info.sensitivity,
        special_category=info.special_category,
        filled=filled,
        valid=valid,
        placeholders=placeholders,
        distinct=distinct,
        confidence=confidence,
        decided_by="person" if field == "free_text" else "rule",
        evidence=(
            reason("header", f"en-tête reconnu : « {name} »", f"header recognised: “{name}”"),
            reason(
                "values",
                f"{100 * valid / filled:.1f} % des valeurs remplies passent le contrôle".replace(".", ","),
                f"{100 * valid / filled:.1f}% of the filled values pass the check",
            ),
        ),
    )


def _linking() -> Linking:
    """Three rules that bring 4,993 records down to the patients, and pairs that are doubtful."""
    rules = {
        "identical": ("fiches identiques trait pour trait", "files identical in every trait"),
        "same_names_birth_contact": ("mêmes noms, date et contact", "same names, date and contact"),
        "slip_in_family_name": ("nom à une faute de frappe près", "family name one slip apart"),
        "undated_names": ("mêmes noms, date absente", "same names, date missing"),
    }
    told = {key: reason(key, fr, en) for key, (fr, en) in rules.items()}
    return Linking(
        nameless=3,
        merges=(
            Merge(rule=told["identical"], level="identical", merges=401, persons=4592),
            Merge(rule=told["same_names_birth_contact"], level="certain", merges=512, persons=4080, wrong=0.2),
            Merge(rule=told["slip_in_family_name"], level="probable", merges=117, persons=3963, wrong=4.1),
            Merge(rule=told["undated_names"], level="possible", merges=13, persons=PATIENTS, wrong=3.9),
        ),
        joined=8.2,
        missed=7.5,
        doubtful=(
            Doubtful(rule=told["undated_names"], merged=13, apart=21),
            Doubtful(rule=told["slip_in_family_name"], merged=6, apart=4),
        ),
        review=PairReview(answers=9, joined=5, separated=2, undecided=1, contradictory=0, unmatched=1),
    )


def _apart() -> tuple[Apart, ...]:
    """Groups to treat apart, one of them empty."""
    groups = (
        ("under_15", 340, 345, 361, "age"), ("from_15_to_17", 58, 57, 60, "age"), ("from_75", 512, 520, 541, "age"),
        ("protected", 6, 6, 6, "mentions"), ("death_declared", 51, 55, 60, "death"),
        ("death_probable", 3, 3, 13, "death"), ("revealing_care", 262, 264, 266, "identity"),
        ("public_figures", 0, 0, 0, "identity"),
    )  # fmt: skip
    return tuple(
        Apart(id=key, low=min(low, best), best=best, high=high, method=method)  # type: ignore[arg-type]
        for key, low, best, high, method in groups
    )


def _path() -> tuple[Step, ...]:
    """From bytes to persons who can be reached, with something that leaves or joins at every step."""
    steps = (
        ("bytes", "bytes", 1_270_116, ()),
        ("lines", "lines", 5020, ()),
        ("records", "records", 5015, (("header_lines", -2), ("blank_lines", -2), ("several_lines", -1))),
        ("loaded", "records", 5008, (("rejected", -7),)),
        ("patient_records", "records", 4993, (("other_tables", -15),)),
        ("identifiable", "records", 4990, (("nameless", -3),)),
        ("persons", "persons", PATIENTS, (("identical", -401), ("linked", -642), ("nameless_back", 3))),
        ("living", "persons", 3892, (("deceased", -58),)),
        ("reachable", "persons", 3844, (("no_channel", -48),)),
    )
    return tuple(
        Step(id=key, unit=unit, count=count, changes=tuple(Change(id=one, count=n) for one, n in changes))  # type: ignore[arg-type]
        for key, unit, count, changes in steps
    )


def _sources() -> tuple[Source, ...]:
    patients = Source(
        file="patients.csv", sha256="3f" * 32, bytes=612_488, format="csv", encoding="cp1252", table="patients",
        physical_lines=5004, header_lines=1, blank_lines=2, records=RECORDS, loaded=4993, repaired=12, rejected=7,
        repaired_by_reason={"stray_quote": 8, "missing_last_fields": 4},
        rejected_by_reason={"too_many_fields": 5, "too_few_fields": 2},
    )  # fmt: skip
    doctors = Source(
        file="medecins.csv", sha256="a1" * 32, bytes=1_934, format="csv", encoding="cp1252", table="medecins",
        physical_lines=16, header_lines=1, records=15, loaded=15, repaired=0, rejected=0,
    )  # fmt: skip
    return patients, doctors


def _tables() -> tuple[Table, ...]:
    patients = tuple(_column(n, row) for n, row in enumerate(_PATIENT_COLUMNS, start=1))
    rows = (
        ("rpps", "rpps", 15, 15, 0, 15, 1.0, None),
        ("practitioner_name", "nom_medecin", 15, 15, 0, 15, 0.95, 15),
        ("specialty", "specialite", 15, 15, 0, 3, 0.9, 15),
    )
    doctors = tuple(_column(n, row) for n, row in enumerate(rows, start=1))
    return (
        Table(name="patients", source="patients.csv", role="patients", rows=4993, columns=patients),
        Table(name="medecins", source="medecins.csv", role="professionals", rows=15, columns=doctors),
    )


def _exposure(scale: float = 1.0) -> tuple[Exposure, ...]:
    found = []
    for field, _name, _filled, valid, *_rest, persons in _PATIENT_COLUMNS:
        if persons is not None:
            best = round(persons * scale)
            found.append(
                Exposure(
                    field=field,
                    persons=best,
                    low=max(0, best - 4),
                    high=best + 6,
                    records=round(valid * scale),
                )
            )
    for category in ("health", "sex_life", "religion", "ethnic_origin", "political_opinion", "trade_union",
                     "genetic", "offence"):  # fmt: skip
        persons = round(sum(row[5] for row in _FINDINGS if row[0] == category) * scale)
        found.append(
            Exposure(special_category=category, persons=persons, low=persons, high=persons + 1, records=persons + 1)
        )
    return tuple(found)


def _enisa(dpc: float, level: Any) -> EnisaScore:
    return EnisaScore(
        dpc=dpc, ei=1.0, cb=1.0, se=dpc + 1.0, level=level,
        reasons=(
            reason(
                "dpc",
                "Contexte du traitement : données de base d’un patient de médecin"
                + (" ; une note révèle une donnée de santé ou une autre donnée sensible." if dpc == 4 else "."),
                "Processing context: basic data of a doctor’s patient"
                + ("; a note reveals health or other special data." if dpc == 4 else "."),
            ),
            reason(
                "ei",
                "Identification directe : nom, prénom et date de naissance ensemble.",
                "Direct identification: family name, given name and date of birth together.",
            ),
            reason(
                "cb",
                "Destinataires en nombre inconnu (+ 0,5) et acte malveillant (+ 0,5).",
                "Unknown number of recipients (+0.5) and malicious act (+0.5).",
            ),
        ),
    )  # fmt: skip


def _profiles(scale: float = 1.0) -> tuple[Profile, ...]:
    return tuple(
        Profile(
            id=identifier,
            fields=(*IDENTITY, *CONTACT, *extra),
            special_categories=special,
            context=context,
            persons=round(persons * scale),
            severity=ProfileSeverity(enisa=_enisa(dpc, level), cnil_level=cnil),
        )
        for identifier, extra, special, context, persons, dpc, level, cnil in _PROFILES
    )


def _severity(profiles: tuple[Profile, ...]) -> Severity:
    by_level: dict[Any, int] = {"low": 0, "medium": 0, "high": 0, "very_high": 0}
    for one in profiles:
        by_level[one.severity.enisa.level] += one.persons
    return Severity(
        enisa=_enisa(4.0, "very_high"),
        cnil_level="maximal",
        by_profile=tuple(
            SeverityRow(
                profile=one.id,
                persons=one.persons,
                se=one.severity.enisa.se,
                level=one.severity.enisa.level,
                cnil_level=one.severity.cnil_level,
            )
            for one in profiles
        ),
        persons_by_level=by_level,
    )


def _findings(step: int = 1) -> tuple[Finding, ...]:
    return tuple(
        Finding(category=c, topic=t, assertion=a, subject=s, notes=n, persons=p)  # type: ignore[arg-type]
        for c, t, a, s, n, p in _FINDINGS[::step]
    )


def _segments() -> tuple[Segment, ...]:
    return tuple(
        Segment(
            id=i,
            criteria=reason(i, fr, en),
            persons=n,
            email=e,
            phone=p,
            postal=post,
            none=none,
            letter=letter,
        )
        for i, n, e, p, post, none, letter, fr, en in _SEGMENTS
    )


def _controller(number: int, patients: int) -> ControllerImpact:
    share = patients / PATIENTS
    profiles = tuple(one for one in _profiles(share) if one.persons)
    findings = _findings(5 if number % 3 else 3)
    return ControllerImpact(
        id=f"1000{number:07d}",
        label=None if number % 7 == 6 else f"Dr Exemple {number:02d}",
        kind="professional",
        specialty="Psychiatrie" if number % 5 == 4 else "Médecine générale",
        revealing_specialty=number % 5 == 4,
        patients=Estimate(low=max(0, patients - 2), best=patients, high=patients + 1, method="identity"),
        shared_patients=patients // 14,
        records=round(patients * 1.27),
        minors=patients // 10,
        deceased=patients // 70,
        notes=sum(one.notes for one in findings),
        persons_with_notes=sum(one.persons for one in findings),
        special_categories={"health": 6 + number % 4, "religion": number % 2},
        by_finding=findings,
        exposure=_exposure(share),
        profiles=profiles,
        severity=_severity(profiles),
        segments=tuple(
            Segment(
                id=one.id,
                criteria=one.criteria,
                persons=round(one.persons * share),
                email=round(one.email * share),
                phone=round(one.phone * share),
                postal=round(one.postal * share),
                none=round(one.none * share),
                letter=one.letter,
            )
            for one in _segments()
        ),
    )


def _obligations() -> Obligations:
    return Obligations(
        notify_authority="yes",
        inform_persons="yes",
        deadline=datetime(2026, 1, 9, 10, 0, tzinfo=ZoneInfo("Europe/Paris")),
        late=None,
        register_only=False,
        reasons=(
            reason(
                "art33",
                "Un risque pour les personnes est probable : notification à la CNIL (RGPD, art. 33).",
                "A risk to persons is likely: notification to the authority (GDPR art. 33).",
            ),
            reason(
                "art34",
                "Le risque est élevé pour 144 personnes : information des personnes (RGPD, art. 34).",
                "The risk is high for 144 persons: communication to persons (GDPR art. 34).",
            ),
            reason(
                "clock",
                "Le délai de 72 heures court depuis la connaissance de la violation, le 6 janvier 2026 à 9 h 15.",
                "The 72 hours run from the moment of awareness, 6 January 2026 at 9:15.",
            ),
        ),
    )


def _quality() -> Quality:
    return Quality(
        duplicate_records=1043,
        duplicate_share=0.2089,
        records_without_identity=4,
        persons_without_birth_date=82,
        persons_without_controller=0,
        undecided_columns=(),
        decisions=1,
        reviewed_notes=0,
        limits=(
            reason(
                "notes_not_reviewed",
                "Aucune note n’a été relue par une personne : les chiffres tirés des notes viennent des seules règles.",
                "No note was reviewed by a person: the figures drawn from notes come from rules alone.",
            ),
            reason(
                "deceased_partial",
                "Un décès n’est connu que s’il est écrit : le nombre de personnes décédées est un minimum probable.",
                "A death is known only where it is written: the number of deceased persons is a likely minimum.",
            ),
        ),
    )


def _methods() -> dict[str, Reason]:
    sentences = {
        "identity": (
            "Même personne si nom, prénom, naissance et sexe concordent ; bornes : règles larges et strictes.",
            "One person when names, birth and sex agree; bounds: the loosest and the strictest rules.",
        ),
        "professional_id": (
            "Un professionnel par numéro RPPS valide.",
            "One professional for each valid RPPS number.",
        ),
        "mentions": (
            "Tiers nommés ou désignés par un lien de parenté dans une note.",
            "Third parties named, or told by a family tie, in a note.",
        ),
        "age": (
            "Âge en années révolues à la date des chiffres.",
            "Age in completed years at the date of the figures.",
        ),
        "death": (
            "Date de décès, ou note qui dit le décès du patient.",
            "Date of death, or a note that tells the patient’s death.",
        ),
    }
    return {key: reason(key, fr, en) for key, (fr, en) in sentences.items()}


def _patients_per_controller(count: int) -> list[int]:
    """Sorted patients of each controller, from 25 to a few hundred."""
    return [max(25, 540 - (515 * n) // max(1, count - 1)) for n in range(count)]


def example_impact() -> Impact:
    """The invented figures of the mlm case: 5,000 records, 3,950 persons, 15 controllers."""
    return scaled_impact(CONTROLLERS)


def scaled_impact(n_controllers: int) -> Impact:
    """The same case with this many controllers."""
    profiles = _profiles()
    controllers = tuple(
        _controller(number, patients)
        for number, patients in enumerate(_patients_per_controller(n_controllers), start=1)
    )
    histogram = ((7, 61), (8, 402), (9, 1204), (10, 1411), (11, 661), (12, 196), (13, 15))
    return Impact(
        reference_date=date(2025, 12, 31),
        reference_date_method="last_record",
        incident=incident_facts(),
        sources=_sources(),
        tables=_tables(),
        people=People(
            patients=Counted(low=3938, best=PATIENTS, high=3961, method="identity", records=4993),
            professionals=Counted(
                low=n_controllers, best=n_controllers, high=n_controllers, method="professional_id",
                records=n_controllers,
            ),
            third_parties=ThirdParties(low=14, best=19, high=22, method="mentions", mentions=22),
            minors=Estimate(low=398, best=402, high=421, method="age"),
            deceased=Estimate(low=51, best=58, high=73, method="death"),
            controllers=ControllerCount(
                count=n_controllers, sum_of_patients=sum(one.patients.best for one in controllers)
            ),
            linking=_linking(),
            apart=_apart(),
            path=_path(),
        ),
        exposure=_exposure(),
        data_types_per_person=DataTypesPerPerson(
            min=7, median=10.0, p95=12.0, max=13,
            histogram=tuple(HistogramBin(types=t, persons=p) for t, p in histogram),
        ),
        free_text=FreeText(
            notes=231, distinct_notes=218, persons_with_notes=203, persons_with_special_category=144,
            notes_with_special_category=152, notes_with_findings=189, by_finding=_findings(),
        ),
        profiles=profiles,
        severity=_severity(profiles),
        obligations=_obligations(),
        information=Information(segments=_segments()),
        controllers=controllers,
        quality=_quality(),
        methods=_methods(),
    )  # fmt: skip


def empty_impact() -> Impact:
    """A run in which no patient, note or controller was found and no fact of the incident is known."""
    zero = Estimate(low=0, best=0, high=0, method="identity")
    return Impact(
        reference_date=date(2025, 12, 31),
        reference_date_method="last_record",
        incident={},
        sources=(),
        tables=(),
        people=People(
            patients=Counted(low=0, best=0, high=0, method="identity", records=0),
            professionals=Counted(low=0, best=0, high=0, method="professional_id", records=0),
            third_parties=ThirdParties(low=0, best=0, high=0, method="mentions", mentions=0),
            minors=zero,
            deceased=zero,
            controllers=ControllerCount(count=0, sum_of_patients=0),
        ),
        exposure=(),
        data_types_per_person=DataTypesPerPerson(min=0, median=0.0, p95=0.0, max=0, histogram=()),
        free_text=FreeText(notes=0, persons_with_notes=0, persons_with_special_category=0, by_finding=()),
        profiles=(),
        severity=None,
        obligations=Obligations(
            notify_authority="undetermined", inform_persons="undetermined", deadline=None, late=None,
            register_only=False, reasons=(),
        ),
        information=Information(segments=()),
        controllers=(),
        quality=Quality(
            duplicate_records=0, duplicate_share=0.0, records_without_identity=0, persons_without_birth_date=0
        ),
        methods={},
    )  # fmt: skip
