"""What each rule did to the count, and the whole path from bytes to persons: figures that add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from breachkit.impact import Change, Doubtful, Linking, Merge, ReachGroup, Reason, Source, Step
from breachkit.people.links import BY_PERSON, CERTAIN, NAMED_RULES, PROBABLE, LinkRule
from breachkit.people.resolve import Resolution

Level = Literal["identical", "certain", "probable", "possible", "person"]
IDENTICAL = Reason(id="identical", fr="fiches identiques trait pour trait", en="files identical in every trait")
NOT_RECORDS = ("header_lines", "blank_lines", "other_lines")


def linking(found: Resolution) -> Linking:
    """How records became persons: identical files, then each rule in its order; what is expected to be wrong."""
    left = found.identities
    merges = [Merge(rule=IDENTICAL, level="identical", merges=found.records - left, persons=left)]
    for rule in sorted(NAMED_RULES, key=lambda one: one is not BY_PERSON):
        if count := found.links.get(rule.id, 0):
            left -= count
            wrong = max(found.wrong.get(rule.id, 0.0), 0.0)
            merges.append(Merge(rule=_words(rule), level=_level(rule), merges=count, persons=left, wrong=wrong))
    rules = {rule.id: rule for rule in NAMED_RULES}
    return Linking(
        nameless=found.nameless,
        merges=tuple(merges),
        joined=round(found.joined, 1),
        missed=round(found.missed, 1),
        doubtful=tuple(
            Doubtful(rule=_words(rules[key]), merged=merged, apart=apart)
            for key, (merged, apart) in found.doubtful.items()
        ),
        review=found.review,
    )


def _words(rule: LinkRule) -> Reason:
    return Reason(id=rule.id, fr=rule.fr, en=rule.en)


def _level(rule: LinkRule) -> Level:
    if rule is BY_PERSON:
        return "person"
    return "certain" if rule.level == CERTAIN else "probable" if rule.level == PROBABLE else "possible"


def path(
    sources: Sequence[Source], found: Resolution, groups: Sequence[ReachGroup], other_rows: int = 0
) -> tuple[Step, ...]:
    """From bytes to persons who can be reached: what is counted at each step, and what makes it differ from the last.

    `groups` are all persons by status and channel (`people.reach`); `other_rows` those of the patients' tables that say
    they are somebody else's. Bytes are counted once a file.
    """
    total = {
        key: sum(getattr(one, key) for one in sources)
        for key in ("physical_lines", *NOT_RECORDS, "records", "rejected", "loaded")
    }
    lines, records = total["physical_lines"], total["records"]
    counted = [("several_lines", records - lines + sum(total[key] for key in NOT_RECORDS))]
    if counted[0][1] > 0:
        counted = [("several_records", counted[0][1])]
    dead = sum(one.persons for one in groups if one.status == "deceased")
    silent = sum(one.none for one in groups if one.status != "deceased")
    named = found.records - found.nameless
    living = found.best - dead
    identical = found.records - found.identities
    steps: list[Step] = [
        Step(id="bytes", unit="bytes", count=sum({(one.file, one.sha256): one.bytes for one in sources}.values())),
        Step(id="lines", unit="lines", count=lines),
        _step("records", "records", records, [*((key, -total[key]) for key in NOT_RECORDS), *counted]),
        _step("loaded", "records", total["loaded"], [("rejected", -total["rejected"])]),
        _step("patient_records", "records", found.records, [
            ("other_tables", found.records + other_rows - total["loaded"]), ("other_rows", -other_rows),
        ]),
        _step("identifiable", "records", named, [("nameless", -found.nameless)]),
        _step("persons", "persons", found.best, [
            ("identical", -identical), ("linked", found.best - found.identities), ("nameless_back", found.nameless),
        ]),
        _step("living", "persons", living, [("deceased", -dead)]),
        _step("reachable", "persons", living - silent, [("no_channel", -silent)]),
    ]  # fmt: skip
    return tuple(steps)


def _step(
    name: Literal["records", "loaded", "patient_records", "identifiable", "persons", "living", "reachable"],
    unit: Literal["records", "persons"],
    count: int,
    changes: Sequence[tuple[str, int]],
) -> Step:
    kept = tuple(Change(id=key, count=change) for key, change in changes if change)
    return Step(id=name, unit=unit, count=count, changes=kept)
