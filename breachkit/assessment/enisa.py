"""ENISA 2013 severity of a group of persons: SE = DPC × EI + CB, each step with its reason.

Every number is held in whole quarters of a point, so that 2.0 is exactly Medium and 4.0 exactly Very high.
What each field counts as, the adjustments and the identification rules are data: `reference/enisa.toml`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from breachkit.assessment.facts import BreachFacts, breach_facts
from breachkit.assessment.wording import Words, joined, quarters, say, table, words
from breachkit.impact import EnisaLevel, EnisaScore, ExposedGroup, Reason
from breachkit.incident import Incident
from breachkit.reference.catalogue import categories, fields

LEVELS: tuple[EnisaLevel, ...] = ("low", "medium", "high", "very_high")
PROFESSIONAL_TYPES = ("professional", "organisation", "technical")
MAX_DPC = 4
UNSTATED = {"class": "simple"}  # what is exposed is not told, but whose it is: the least that a class can be
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
    dpc, dpc_reasons = _data_context(exposed, special, context, facts, without)
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


# --- DPC: what kind of data, for whom ----------------------------------------------------------------------


def _data_context(
    exposed: tuple[str, ...],
    special: tuple[str, ...],
    context: tuple[str, ...],
    facts: BreachFacts,
    without: frozenset[str],
) -> tuple[int, tuple[Reason, ...]]:
    book = table("enisa.toml")["say"]
    if not exposed and not special and not context and not facts.vulnerable:
        return 1, (say(book["dpc_unstated"], "enisa.dpc.unstated"),)
    entries = _entries(exposed, special)
    if not entries and (context or facts.vulnerable):
        entries = [(UNSTATED, words(book["unstated_data"]))]
    scored = []
    for klass in table("enisa.toml")["classes"]:
        of_class = [entry for entry in entries if entry[0]["class"] == klass]
        if of_class:
            rules = _context_rules(klass, exposed, context, facts, without)
            scored.append(_class_score(klass, of_class, rules, without))
    if not scored:
        return 1, (say(book["dpc_none"], "enisa.dpc.none"),)
    dpc = max(points for points, _ in scored)
    reasons = tuple(reason for _, reason in scored)
    return dpc, (*reasons, say(book["dpc"], "enisa.dpc", dpc=dpc))


def _entries(exposed: tuple[str, ...], special: tuple[str, ...]) -> list[tuple[dict[str, Any], Words]]:
    """What each exposed field and each category of the notes counts as, with its label."""
    known = table("enisa.toml")
    entries = []
    for field in exposed:
        if field == "free_text" and special:
            continue  # the categories found in the note are scored themselves
        info = fields()[field]
        entries.append((known["fields"][field], Words(info.label_fr, info.label_en)))
    for category in special:
        kind = categories().get(category)
        label = Words(kind.label_fr, kind.label_en) if kind else Words(category, category)
        entries.append((known["categories"][category], label))
    return entries


def _class_score(
    klass: str,
    entries: list[tuple[dict[str, Any], Words]],
    rules: list[dict[str, Any]],
    without: frozenset[str],
) -> tuple[int, Reason]:
    """The score of one class: base, plus the highest adjustment of what is exposed and of the context."""
    known = table("enisa.toml")

    def points_of(entry: dict[str, Any]) -> int:
        return 0 if f"why.{entry.get('why')}" in without else int(entry.get("adjust", 0))

    adjust = max(points_of(entry) for entry, _ in entries)
    leading = [(entry, label) for entry, label in entries if points_of(entry) == adjust]
    why = next((words(known["why"][entry["why"]]) for entry, _ in leading if "why" in entry), None)
    for rule in rules:
        floor = int(rule["adjust"] if "adjust" in rule else rule["at_least"])
        if floor > adjust:
            adjust, why = floor, words(rule)
    base = known["classes"][klass]["base"]
    points = min(MAX_DPC, max(1, base + adjust))
    told = _adjustment(adjust, why)
    reason = say(
        known["say"]["dpc_class"],
        f"enisa.dpc.{klass}",
        klass=_capital(words(known["classes"][klass])),
        items=joined([label for _, label in (leading if klass != "simple" else entries)]),
        base=base,
        adjust=told,
        score=points,
    )
    return points, reason


def _context_rules(
    klass: str, exposed: tuple[str, ...], context: tuple[str, ...], facts: BreachFacts, without: frozenset[str]
) -> list[dict[str, Any]]:
    """The rules of context that hold for a class: their condition, and enough of their fields exposed together."""
    holds = {*context, *(("vulnerable",) if facts.vulnerable else ())}

    def applies(name: str, rule: dict[str, Any]) -> bool:
        if rule["class"] != klass or f"context.{name}" in without:
            return False
        enough = len(set(rule.get("fields", ())) & set(exposed)) >= rule.get("at_least_fields", 0)
        return enough and ("when" not in rule or rule["when"] in holds)

    return [rule for name, rule in table("enisa.toml")["context"].items() if applies(name, rule)]


def _adjustment(adjust: int, why: Words | None) -> Words:
    if why is None:
        return Words("", "")
    sign = f"{adjust:+d}".replace("-", "−")  # a minus sign, not a hyphen
    if adjust == 0:
        return Words(f" ({why.fr})", f" ({why.en})")
    return Words(f", {sign} ({why.fr})", f", {sign} ({why.en})")


def _capital(value: Words) -> Words:
    return Words(value.fr[0].upper() + value.fr[1:], value.en[0].upper() + value.en[1:])


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
