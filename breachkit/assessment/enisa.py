"""ENISA 2013 severity of a group of persons: SE = DPC × EI + CB, each step with its reason.

Every number is held in whole quarters of a point, so that 2.0 is exactly Medium and 4.0 exactly Very high.
What each field counts as, the adjustments and the identification rules are data: `reference/enisa.toml`.
"""

from __future__ import annotations

from functools import lru_cache

from breachkit.assessment.context import data_context
from breachkit.assessment.facts import BreachFacts, breach_facts
from breachkit.assessment.wording import Words, quarters, say, table, words
from breachkit.impact import EnisaLevel, EnisaScore, ExposedGroup, Reason
from breachkit.incident import Incident
from breachkit.reference.catalogue import fields

LEVELS: tuple[EnisaLevel, ...] = ("low", "medium", "high", "very_high")
PROFESSIONAL_TYPES = ("professional", "organisation", "technical")
MAX_INDIRECT_EI = 3  # quarters: 1 means "directly", so what is declared not direct stays below it


def level_of(se_quarters: int) -> EnisaLevel:
    """The band of a score in quarters; bands are half-open, their lower ends belong to them."""
    lower = table("enisa.toml")["levels"]
    return next(level for level in reversed(LEVELS) if se_quarters >= lower[level])


def score(group: ExposedGroup, incident: Incident) -> EnisaScore:
    """The ENISA score of one group under the facts of an incident, with the reason of every step.

    A fact that is not told is read as `reference/enisa.toml` says, and the reason says so.
    """
    return score_exposure(group.fields, group.special_categories, group.context, breach_facts(incident))


@lru_cache(maxsize=65_536)
def score_exposure(
    exposed: tuple[str, ...],
    special: tuple[str, ...],
    context: tuple[str, ...],
    facts: BreachFacts,
    without: frozenset[str] = frozenset(),
) -> EnisaScore:
    """The ENISA score of an exposure; computed once for equal exposures under equal facts.

    `without` names rules of the reference that are left out (`why.*`, `context.*`, `ei.*`), to learn what they weigh.
    """
    dpc, dpc_reasons = data_context(exposed, special, context, facts, without)
    ei, ei_reasons = _identification(exposed, special, facts, without)
    cb, cb_reasons = _circumstances(facts)
    se = dpc * ei + cb
    level = level_of(se)
    book = table("enisa.toml")["say"]
    total = say(
        book["se"],
        "enisa.se",
        dpc=dpc,
        ei=quarters(ei),
        cb=quarters(cb),
        se=quarters(se),
        level=words(book["level"][level]),
    )
    flags = (say(book["unintelligible"], "enisa.flag.unintelligible"),) if facts.unintelligible else ()
    return EnisaScore(
        dpc=float(dpc),
        ei=ei / 4,
        cb=cb / 4,
        se=se / 4,
        level=level,
        reasons=(*dpc_reasons, *ei_reasons, *cb_reasons, total, *flags),
    )


@lru_cache(maxsize=262_144)
def identification_quarters(
    exposed: tuple[str, ...], special: tuple[str, ...], direct: bool | None, without: frozenset[str]
) -> int:
    """EI alone, in quarters, without its reason: what `score_exposure` gives."""
    if direct is True:
        return 4
    ei, _, _ = _identification_rule(exposed, special, without)
    return min(ei, MAX_INDIRECT_EI) if direct is False else ei


def circumstances_quarters(facts: BreachFacts) -> int:
    """CB alone, in quarters."""
    return _circumstances(facts)[0]


# --- EI: how easily a person is recognised -----------------------------------------------------------------


def _identification(
    exposed: tuple[str, ...], special: tuple[str, ...], facts: BreachFacts, without: frozenset[str]
) -> tuple[int, tuple[Reason, ...]]:
    book = table("enisa.toml")["say"]
    ei, rule_id, rule = _identification_rule(exposed, special, without)
    if facts.directly_identifiable is True:
        ei, rule_id, rule = 4, "declared_direct", words(book["ei_declared_direct"])
    elif facts.directly_identifiable is False and ei > MAX_INDIRECT_EI:
        entry, before = book["ei_declared_indirect"], quarters(ei)
        rule = Words(entry["fr"].format(ei=before.fr), entry["en"].format(ei=before.en))
        ei, rule_id = MAX_INDIRECT_EI, "declared_indirect"
    return ei, (say(book["ei"], f"enisa.ei.{rule_id}", ei=quarters(ei), rule=rule),)


def _identification_rule(
    exposed: tuple[str, ...], special: tuple[str, ...], without: frozenset[str]
) -> tuple[int, str, Words]:
    """The strongest rule that what is exposed fulfils: quarters, id, sentence."""
    known = table("enisa.toml")
    present = set(exposed)
    if not present:
        return 4, "unstated", words(known["say"]["ei_unstated"])
    kinds = {fields()[field].cnil_type for field in present}
    if "professional" in kinds and kinds <= set(PROFESSIONAL_TYPES):
        return 4, "professional", words(known["say"]["ei_professional"])
    best = (1, "none", words(known["say"]["ei_none"]))
    if "identifier" in special:
        best = (3, "note_identifier", words(known["say"]["ei_note_identifier"]))
    for rule in known["ei"]:
        if f"ei.{rule['id']}" in without:
            continue
        holds = all(present & set(known["sets"][name]) for name in rule["needs"])
        if holds and (rule["quarters"] > best[0] or best[1] == "none"):
            best = (rule["quarters"], rule["id"], words(rule))
    return best


# --- CB: the circumstances of the breach -------------------------------------------------------------------


def _circumstances(facts: BreachFacts) -> tuple[int, tuple[Reason, ...]]:
    """The points of the circumstances in quarters, and one reason for each of the four elements."""
    book = table("enisa.toml")["say"]
    confidentiality, key = _confidentiality(facts)
    reasons = [say(book[key], f"enisa.{key.replace('_', '.', 1)}")]
    altered = {"altered_used_recoverable": 1, "altered_used_unrecoverable": 2}.get(facts.integrity, 0)
    told = words(book["integrity"][facts.integrity]) if altered == 0 else ""
    reasons.append(say(book[f"cb_integrity_{altered}"], f"enisa.cb.integrity.{altered}", told=told))
    lost = {"yes": 0, "temporarily_unavailable": 1, "no": 2}[facts.data_recoverable]
    reasons.append(say(book[f"cb_availability_{lost}"], f"enisa.cb.availability.{lost}"))
    malicious, key = {
        "declared": (2, "cb_malicious"),
        "deduced": (2, "cb_malicious_deduced"),
        "no": (0, "cb_not_malicious"),
        "unknown": (0, "cb_malicious_unknown"),
    }[facts.malice]
    reasons.append(say(book[key], f"enisa.{key.replace('_', '.', 1)}"))
    return confidentiality + altered + lost + malicious, tuple(reasons)


def _confidentiality(facts: BreachFacts) -> tuple[int, str]:
    """Points in quarters and the key of the sentence; what is not known is read as the graver case."""
    left = facts.exfiltrated in ("yes", "likely")
    if not facts.confidentiality:
        return 0, "cb_not_confidentiality"
    if facts.published:
        return 2, "cb_published"
    if facts.recipients == "known_trusted":
        return 1, "cb_trusted_recipients"
    if facts.recipients == "known":
        return 1, "cb_known_recipients"
    if facts.recipients == "none":
        return (2, "cb_contradiction") if left else (0, "cb_no_disclosure")
    if facts.exfiltrated == "no":
        return 0, "cb_no_disclosure"
    if facts.lost and not left:
        return 0, "cb_lost_support"
    return (2, "cb_unknown_recipients") if left else (2, "cb_assumed_recipients")
