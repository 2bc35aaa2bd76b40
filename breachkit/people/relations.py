"""Third parties: who the notes name beside the patient, by relation, counted with bounds.

`w.relations` (note_id, kind, person, persons) says which relations a note names, never its words. A statement about
somebody else in a note that names no relation stands for one person of kind `other`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import polars as pl

from breachkit.impact import Relation, ThirdParties
from breachkit.reference.catalogue import load_toml
from breachkit.workspace import literal, row

METHOD = "related_persons"
_FOLDED = "trim(regexp_replace(replace(lower(strip_accents(text)), 'œ', 'oe'), '[^a-z0-9]+', ' ', 'g'))"


def store_relations(connection: Any) -> None:
    """Makes `w.relations` from `w.notes` and `w.mentions`: one row for each relation that a note names."""
    connection.register("relation_words", words().to_arrow())
    connection.register("loose_words", _loose_words().to_arrow())
    connection.execute(f"CREATE OR REPLACE TABLE w.relations AS {_named_in('w.notes', _pattern(), 'relation_words')}")
    # Where the note speaks of somebody else, « fils » alone is that somebody.
    unnamed = """(SELECT note_id, text FROM w.notes WHERE note_id IN (SELECT note_id FROM w.mentions
        WHERE subject = 'third_party') AND note_id NOT IN (SELECT note_id FROM w.relations))"""
    connection.execute(f"INSERT INTO w.relations {_named_in(unnamed, _any_of(_loose_words()['said']), 'loose_words')}")
    connection.execute("""
        INSERT INTO w.relations SELECT DISTINCT note_id, 'other', 'unnamed', 1 FROM w.mentions
        WHERE subject = 'third_party' AND note_id NOT IN (SELECT note_id FROM w.relations)
    """)
    connection.unregister("relation_words")
    connection.unregister("loose_words")


def _named_in(notes: str, pattern: str, known: str) -> str:
    said = f"unnest(regexp_extract_all({_FOLDED}, {literal(pattern)})) AS said"
    return f"""SELECT DISTINCT note_id, kind, person, persons FROM (SELECT note_id, {said} FROM {notes})
        JOIN {known} USING (said)"""


_SCHEMA = ["said", "kind", "person", "persons"]


@cache
def words() -> pl.DataFrame:
    """Every phrase that names a relation: said (as extracted), kind, person, persons."""
    table = load_toml("relations.toml")
    meta, rows = table["meta"], []
    for one in table["person"]:
        told = list(one.get("bare", ()))
        for word in one.get("owned", ()):
            told += [f"{owner} {word}" for owner in meta["possessives"]]
            told += [f"{word} {after}" for after in meta["after"]]
            told += [f"{number} {word}" for number in meta["numbers"]] if one.get("count", 1) > 1 else []
        rows += [(phrase, one["kind"], one["id"], one.get("count", 1)) for phrase in told]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row").unique("said", keep="first")


@cache
def _loose_words() -> pl.DataFrame:
    """The words that count only with a possessive, without it."""
    people = load_toml("relations.toml")["person"]
    rows = [(word, one["kind"], one["id"], one.get("count", 1)) for one in people for word in one.get("owned", ())]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row").unique("said", keep="first")


@cache
def _pattern() -> str:
    """The longest phrase first, those that are no relation before all, so that « belle-mère » is not « mère »."""
    meta = load_toml("relations.toml")["meta"]
    numbers = "|".join(meta["numbers"])
    own = [f"{start} (?:{numbers})(?: [a-z]+)?" for start in meta["own_children"]]
    return rf"\b(?:{'|'.join(own)})\b|{_any_of([*meta['not_a_relation'], *words()['said']])}"


def _any_of(phrases: Iterable[str]) -> str:
    return rf"\b(?:{'|'.join(sorted(phrases, key=lambda one: (-len(one), one)))})\b"


# Of one patient's file (or one note), the persons of a kind: those named singly, or as many as a plural stands for.
_PERSONS = "greatest(count(DISTINCT person) FILTER (persons = 1), coalesce(max(persons) FILTER (persons > 1), 0))"


def third_parties(connection: Any) -> ThirdParties:
    """Persons whom the notes name beside the patient, over all and by relation.

    `best`: once for each patient's file and relation; `high`: once for each note that names them; `low`: one for each
    household (address) that has no other patient, who could be the one named.
    """
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE named AS
        SELECT rid, p2, coalesce(address, 'p' || p2) AS home, kind, person, persons
        FROM (SELECT rid, p2, note_id FROM w.facts WHERE note_id IS NOT NULL) JOIN w.relations USING (note_id)
        JOIN (SELECT rid, address FROM w.files) USING (rid)
    """)
    alone = """SELECT coalesce(address, 'p' || p2) AS home FROM w.facts JOIN (SELECT rid, address FROM w.files)
        USING (rid) GROUP BY 1 HAVING count(DISTINCT p2) = 1"""
    found = {
        kind: (mentions, low)
        for kind, mentions, low in connection.execute(
            f"SELECT kind, count(*), count(DISTINCT home) FILTER (home IN ({alone})) FROM named GROUP BY 1"
        ).fetchall()
    }
    best, high = (_sums(connection, unit) for unit in ("p2", "rid"))
    relations = tuple(
        Relation(
            relation=kind,
            mentions=found[kind][0],
            low=min(found[kind][1], best[kind]),
            best=best[kind],
            high=max(high[kind], best[kind]),
        )
        for kind in load_toml("relations.toml")["meta"]["kinds"]
        if kind in found
    )
    (homes,) = row(connection, f"SELECT count(DISTINCT home) FILTER (home IN ({alone})) FROM named")
    connection.execute("DROP TABLE named")
    total = sum(one.best for one in relations)
    return ThirdParties(
        mentions=sum(one.mentions for one in relations),
        low=min(homes, total),
        best=total,
        high=sum(one.high for one in relations),
        method=METHOD,
        by_relation=relations,
    )


def _sums(connection: Any, unit: str) -> dict[str, int]:
    """Persons by relation, counted within each file (p2) or each filled note (rid)."""
    sql = f"SELECT kind, sum(n) FROM (SELECT kind, {unit}, {_PERSONS} AS n FROM named GROUP BY ALL) GROUP BY 1"
    return {kind: int(persons) for kind, persons in connection.execute(sql).fetchall()}
