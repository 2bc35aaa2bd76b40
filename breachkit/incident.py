"""incident.toml: the facts that no file can tell (dates, origin, measures, contacts).

One model serves `incident.toml` and `FACTS.toml`; the contract fixes its tables and keys. An unknown key or a
wrong value is a FactsError that names the file, the key, and what is accepted. The closed lists are the CNIL's
(`reference/cnil.toml`); a date without a zone is read in Europe/Paris.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from breachkit.errors import FactsError

PARIS = ZoneInfo("Europe/Paris")
# A moment outside is a slip of the pen, and one at the end of the calendar has no 72 hours after it. Our choice.
EARLIEST, LATEST = datetime(1990, 1, 1), datetime(2100, 1, 1)


def _in_paris(value: object) -> datetime:
    """A day becomes its midnight, a time without zone is Paris time; ValueError for what is no date, or out of range.

    A number is refused: pydantic alone would read it as seconds since 1970.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("not_a_date") from None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise ValueError("not_a_date")
    if not EARLIEST <= value.replace(tzinfo=None) <= LATEST:  # without its zone: no sum that could overflow
        raise ValueError("date_out_of_range")
    return value if value.tzinfo else value.replace(tzinfo=PARIS)


def _told(value: object) -> object:
    """An answer to a yes/no question, or its own words; one error instead of one for each kind of value."""
    if value is not None and not isinstance(value, bool | str):
        raise ValueError("not_an_answer")
    return value


def _texts(value: object) -> object:
    """A text or a list of texts; one error instead of one for each kind of value."""
    several = isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    if not (isinstance(value, str) or several):
        raise ValueError("not_texts")
    return value


Moment = Annotated[datetime, BeforeValidator(_in_paris)]
Told = Annotated[bool | str | None, BeforeValidator(_told)]
Texts = Annotated[str | tuple[str, ...], BeforeValidator(_texts)]


class Section(BaseModel):
    """A table of the file: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Header(Section):
    title: str = ""
    reference: str = ""
    kind: Literal["initiale", "complementaire", "complete"] = "initiale"
    previous_reference: str | None = None


class Dates(Section):
    start: Moment | None = None
    end: Moment | None = None
    ongoing: bool = False
    discovered: Moment | None = None
    aware: Moment | None = None
    processor_informed: Moment | None = None
    notified: Moment | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Dates:
        if self.start and self.end and self.end < self.start:
            raise ValueError("end_before_start")
        if self.aware and self.notified and self.notified < self.aware:
            raise ValueError("notified_before_aware")
        return self


class Breach(Section):
    nature: tuple[Literal["confidentiality", "integrity", "availability"], ...] = ("confidentiality",)
    origins: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    exfiltrated: Literal["yes", "likely", "no", "unknown"] = "unknown"
    recipients: Literal["none", "known_trusted", "known", "unknown"] = "unknown"
    malicious: bool | None = None
    unintelligible: bool | None = None
    published: bool | None = None
    data_recoverable: Literal["yes", "temporarily_unavailable", "no"] = "yes"
    integrity: Literal["none", "altered_unused", "altered_used_recoverable", "altered_used_unrecoverable"] = "none"
    description: str = ""


class Data(Section):
    fields: tuple[str, ...] | None = None
    special_categories: tuple[str, ...] | None = None
    persons: Annotated[int, Field(ge=0)] | None = None
    records: Annotated[int, Field(ge=0)] | None = None
    vulnerable: bool | None = None
    minors: bool | None = None
    directly_identifiable: bool | None = None


class Controller(Section):
    name: str = ""
    siren: str = ""
    sector: str = ""
    kind: str = ""
    address: str = ""
    legal_representative: str = Field(default="", alias="legal representative")
    contact: str = ""
    dpo: str = ""
    speciality: str = ""


class Processor(Section):
    name: str = ""
    role: str = ""
    contact: str = ""


class Measures(Section):
    before: Texts = ""
    after: Texts = ""
    planned: Texts = ""


class Communication(Section):
    state: Literal["done", "planned", "no", "undetermined"] = "undetermined"
    date: Moment | None = None
    means: Texts = ""
    persons_informed: Annotated[int, Field(ge=0)] | None = None
    reason_not: str = ""


class Others(Section):
    complaint: Told = None
    cert_sante: Told = None
    anssi: Told = None
    ars: Told = None
    order: Told = None
    cross_border: Told = None


class Incident(Section):
    """The facts of an incident; everything not told stays at "unknown" and is shown as to be completed."""

    incident: Header = Header()
    dates: Dates = Dates()
    breach: Breach = Breach()
    data: Data = Data()
    controller: Controller = Controller()
    processor: Processor = Processor()
    measures: Measures = Measures()
    communication: Communication = Communication()
    others: Others = Others()

    def facts(self) -> dict[str, Any]:
        """The facts as plain JSON values, as `Impact.incident` keeps them; `Incident(**facts)` reads them back."""
        return self.model_dump(mode="json", by_alias=True)


# What our own checks refuse, by the word they raise: in French, in English.
_OWN_RULES = {
    "not_a_date": (
        "admis : une date ISO 8601, par exemple 2026-01-15T09:30:00+01:00",
        "accepted: an ISO 8601 date, for example 2026-01-15T09:30:00+01:00",
    ),
    "date_out_of_range": (
        f"admis : une date du {EARLIEST:%Y-%m-%d} au {LATEST:%Y-%m-%d}",
        f"accepted: a date from {EARLIEST:%Y-%m-%d} to {LATEST:%Y-%m-%d}",
    ),
    "end_before_start": ("la fin (end) précède le début (start)", "end comes before start"),
    "notified_before_aware": (
        "la notification (notified) précède la connaissance (aware)",
        "the notification (notified) comes before awareness (aware)",
    ),
    "not_an_answer": (
        'admis : "yes", "no", "unknown", true, false, ou une phrase entre guillemets',
        'accepted: "yes", "no", "unknown", true, false, or a sentence in quotes',
    ),
    "not_texts": (
        "admis : un texte entre guillemets, ou une liste de textes entre crochets",
        "accepted: a text in quotes, or a list of texts in brackets",
    ),
}


def _accepted(error: dict[str, Any], where: tuple[Any, ...]) -> tuple[str, str]:
    """What would have been accepted there, in French and in English."""
    context = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            section: Any = Incident
            for part in where[:-1]:
                section = section.model_fields[part].annotation
            names = ", ".join(info.alias or name for name, info in section.model_fields.items())
            return f"clé inconnue ; clés admises : {names}", f"unknown key; accepted keys: {names}"
        case "literal_error":
            expected = context["expected"]
            return (
                f"valeurs admises : {expected.replace(' or ', ' ou ')}",
                f"accepted values: {expected}",
            )
        case "bool_type" | "bool_parsing":
            return "admis : true ou false", "accepted: true or false"
        case "value_error":
            return _OWN_RULES[str(context["error"])]
        case kind if kind.startswith(("int", "greater")):
            return "admis : un nombre entier, 0 ou plus", "accepted: a whole number, 0 or more"
        case kind if kind.startswith(("tuple", "list")):
            return "admis : une liste entre crochets", "accepted: a list in brackets"
        case _:
            return "admis : un texte entre guillemets", "accepted: a text in quotes"


def _sentence(error: dict[str, Any]) -> tuple[str, str]:
    where = tuple(part for part in error["loc"] if isinstance(part, str) and not part.startswith(("tuple", "str")))
    found = error.get("input")
    found = found.isoformat() if isinstance(found, date | time) else found
    shown = "" if isinstance(found, dict | list) or found is None else f" (trouvé : {found!r})"
    shown_en = shown.replace("trouvé :", "found:")
    fr, en = _accepted(error, where)
    key = ".".join(where) or "incident"
    return f"{key}{shown} : {fr}", f"{key}{shown_en}: {en}"


def parse_incident(facts: dict[str, Any], name: str) -> Incident:
    """The incident from parsed TOML; FactsError naming every wrong key at once, `name` being the file's."""
    try:
        return Incident.model_validate(facts)
    except ValidationError as error:
        sentences = [_sentence(dict(one)) for one in error.errors()]
    fr = "\n".join(f"  - {one[0]}" for one in sentences)
    en = "\n".join(f"  - {one[1]}" for one in sentences)
    raise FactsError(
        f"{name} : {len(sentences)} erreur(s).\n{fr}\nCorrigez ces clés puis relancez.",
        f"{name}: {len(sentences)} error(s).\n{en}\nMend these keys and run again.",
    )


def load_incident(path: Path) -> Incident:
    """The incident of a TOML file; FactsError where it is missing, is no TOML, or holds a wrong key or value."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError:
        raise FactsError(
            f"{path.name} : fichier introuvable ou illisible. « breachkit init DOSSIER » en crée un, commenté.",
            f"{path.name}: file missing or unreadable. “breachkit init CASE” makes a commented one.",
        ) from None
    except UnicodeDecodeError:
        raise FactsError(
            f"{path.name} : le fichier n'est pas en UTF-8. Enregistrez-le en UTF-8 puis relancez.",
            f"{path.name}: the file is not UTF-8. Save it as UTF-8 and run again.",
        ) from None
    try:
        facts = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FactsError(
            f"{path.name} : ce n'est pas du TOML valide ({error}).",
            f"{path.name}: this is not valid TOML ({error}).",
        ) from None
    return parse_incident(facts, path.name)
