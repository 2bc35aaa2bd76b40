"""incident.toml: the facts that no file can tell (dates, origin, measures, contacts).

One model serves `incident.toml` and `FACTS.toml`; the contract fixes its tables and keys. An unknown key or a
wrong value is a FactsError that names the file, the key, and what is accepted. The closed lists are the CNIL's
(`reference/cnil.toml`); a date without a zone is read in Europe/Paris.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from stdnum import luhn

PARIS = ZoneInfo("Europe/Paris")
LA_POSTE = "356000000"  # the SIRETs of La Poste follow another rule than Luhn's (INSEE)
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
    if value.tzinfo:
        return value
    local = value.replace(tzinfo=PARIS)
    if local.astimezone(UTC).astimezone(PARIS).replace(tzinfo=None) != value:
        raise ValueError("hour_skipped")  # 29 March 2026, 02:30: the clocks go from 02:00 to 03:00
    return local  # an hour that comes twice is its first: the earlier deadline


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


def _siren(value: object) -> object:
    """A SIREN (9 digits) or SIRET (14) with its Luhn key, spaces taken out; an empty text stays."""
    if not isinstance(value, str):
        return value
    digits = "".join(value.split()).replace("\u202f", "").replace("\u00a0", "")
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdigit() and len(digits) in (9, 14)):
        raise ValueError("not_a_siren")
    if not (luhn.is_valid(digits) or digits.startswith(LA_POSTE)):
        raise ValueError("siren_key")
    return digits


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


# What cannot come before what. Awareness may come before the end, and before the processor's word.
ORDER = (("start", "end"), ("start", "discovered"), ("start", "aware"), ("start", "processor_informed"),
         ("aware", "notified"))  # fmt: skip


def _before(one: datetime, other: datetime) -> bool:
    """Whether a moment comes before another, in real time; a day told without its hour is before no moment of it."""
    if time() in (one.time(), other.time()) and one.date() == other.date():
        return False
    return one.astimezone(UTC) < other.astimezone(UTC)


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
        for earlier, later in ORDER:
            first, second = getattr(self, earlier), getattr(self, later)
            if first is not None and second is not None and _before(second, first):
                raise ValueError(f"{later}_before_{earlier}")
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
    siren: Annotated[str, BeforeValidator(_siren)] = ""
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
