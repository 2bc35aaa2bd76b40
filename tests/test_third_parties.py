"""Who the notes name beside the patient, and whether the notes were needed: sentences with what they count."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from breachkit.impact import ThirdParties
from breachkit.people.minimisation import note_kinds
from breachkit.people.relations import store_relations, third_parties, words
from breachkit.reference.catalogue import categories, load_toml

# Each note, and the relations that it names; nothing where nobody but the patient is meant.
SENTENCES = {
    "vient avec sa mère": {"mother"},
    "Mère et père séparés": {"mother", "father"},
    "sa belle-mère appelle": {"mother_in_law"},
    "l'épouse et le beau-frère": {"spouse", "other_in_law"},
    "SA SŒUR ou sa soeur": {"sister"},
    "ses enfants sont gardés par la voisine": {"children", "neighbour"},
    "2 enfants, 3 filles": {"children"},
    "ex-mari violent": {"former_spouse"},
    "la femme du patient rappelle": {"spouse"},
    "petite-fille de": set(),
    "sa petite-fille": {"grandchild"},
    "son employeur ne sait pas": {"colleague"},
    # the patient herself, or nobody
    "femme de 40 ans": set(),
    "mère de 3 enfants": set(),
    "mère de deux petits enfants": set(),
    "mère célibataire": set(),
    "enfant fiévreux": set(),
    "rue du Père Lachaise": set(),
    "nom de jeune fille": set(),
    "sans conjoint ni dettes": set(),
    "maternité, paternel, parental": set(),
    "fils de soie à retirer": set(),
    "compérage, cancer, copie": set(),
    "": set(),
}  # fmt: skip


def notes_with(connection: Any, notes: dict[str, set[str]], mentions: list[tuple[int, str, str]] | None = None) -> None:
    texts = pl.DataFrame(
        {"note_id": range(len(notes)), "text": list(notes)}, schema={"note_id": pl.Int64, "text": pl.String}
    )
    found = pl.DataFrame(
        mentions or [], schema={"note_id": pl.Int64, "category": pl.String, "subject": pl.String}, orient="row"
    )
    for name, frame in (("notes", texts), ("mentions", found)):
        connection.register("given", frame.to_arrow())
        connection.execute(f"CREATE OR REPLACE TABLE w.{name} AS SELECT * FROM given")
        connection.unregister("given")
    store_relations(connection)


def test_each_sentence_names_its_relations_and_no_other(private: Any) -> None:
    notes_with(private, SENTENCES)
    found: dict[int, set[str]] = {}
    for note, person in private.execute("SELECT note_id, person FROM w.relations").fetchall():
        found.setdefault(note, set()).add(person)
    wrong = {
        text: found.get(n, set()) for n, (text, want) in enumerate(SENTENCES.items()) if found.get(n, set()) != want
    }
    assert wrong == {}


def test_somebody_else_without_a_relation_is_one_other_and_a_bare_word_names_her(private: Any) -> None:
    notes_with(
        private,
        {"Rom, la famille vit en caravane": set(), "fils en détention": set(), "fils en détention ": set()},
        [(0, "ethnic_origin", "third_party"), (1, "offence", "third_party"), (2, "offence", "patient")],
    )
    found = private.execute("SELECT note_id, kind, person FROM w.relations ORDER BY 1").fetchall()
    assert found == [(0, "other", "unnamed"), (1, "child", "son")]


def count(connection: Any, records: list[tuple[int, str | None, str]]) -> ThirdParties:
    """The third parties of records (person, address, note)."""
    texts = dict.fromkeys(note for *_, note in records)
    notes_with(connection, {text: set() for text in texts})
    rows = [(rid, person, address, list(texts).index(note)) for rid, (person, address, note) in enumerate(records)]
    schema = {"rid": pl.Int64, "p2": pl.Int64, "address": pl.String, "note_id": pl.Int64}
    connection.register("given", pl.DataFrame(rows, schema=schema, orient="row").to_arrow())
    connection.execute("CREATE OR REPLACE TABLE w.files AS SELECT rid, address FROM given")
    connection.execute("CREATE OR REPLACE TABLE w.facts AS SELECT rid, p2, note_id FROM given")
    connection.unregister("given")
    return third_parties(connection)


@pytest.mark.parametrize(
    ("records", "bounds"),
    [
        ([(1, "A", "sa mère")], (1, 1, 1)),
        # the same mother in two notes of one patient: one retained, two at most
        ([(1, "A", "sa mère"), (1, "A", "voir la mère")], (1, 1, 2)),
        # two patients of one household: each may be the other's relative
        ([(1, "A", "sa mère"), (2, "A", "son père")], (0, 2, 2)),
        # two households
        ([(1, "A", "sa mère"), (2, "B", "sa mère")], (2, 2, 2)),
        # without an address each file is its own household
        ([(1, None, "sa mère"), (2, None, "sa mère")], (2, 2, 2)),
        # a plural is two at least, and holds the singular
        ([(1, "A", "ses parents"), (1, "A", "sa mère")], (1, 2, 3)),
        ([(1, "A", "rien à dire")], (0, 0, 0)),
    ],
)
def test_third_parties_are_counted_with_bounds(
    records: list[tuple[int, str | None, str]], bounds: tuple[int, int, int], private: Any
) -> None:
    found = count(private, records)
    assert (found.low, found.best, found.high) == bounds
    assert sum(one.best for one in found.by_relation) == found.best
    assert all(one.low <= one.best <= one.high for one in found.by_relation)


def test_relations_are_told_by_kind(private: Any) -> None:
    found = count(private, [(1, "A", "sa mère et la voisine"), (2, "B", "le mari")])
    assert [(one.relation, one.best) for one in found.by_relation] == [("spouse", 1), ("parent", 1), ("neighbour", 1)]


def test_every_relation_has_a_label_and_every_word_one_meaning() -> None:
    kinds = set(load_toml("relations.toml")["meta"]["kinds"])
    assert set(words()["kind"]) <= kinds
    for language in ("fr", "en"):
        assert kinds <= set(load_toml(f"wording/{language}.toml")["relations"])
    people = load_toml("relations.toml")["person"]
    told = [word for one in people for word in (*one.get("bare", ()), *one.get("owned", ()))]
    assert len(told) == len(set(told))
    assert all(word == word.lower() and word.isascii() for word in told)


# --- minimisation -------------------------------------------------------------------------------------------


def test_notes_are_sorted_by_what_was_needed(private: Any) -> None:
    mentions = [
        (0, "health", "patient"), (0, "religion", "patient"), (1, "judgement", "patient"), (2, "health", "third_party"),
        (3, "personal_note", "patient"), (4, "access_code", "patient"), (5, "social", "patient"),
    ]  # fmt: skip
    notes_with(private, {f"note {n}": set() for n in range(7)}, mentions)
    private.execute("CREATE TABLE w.facts AS SELECT n AS rid, n // 2 AS p2, n AS note_id FROM range(7) t(n)")
    found = {one.id: (one.notes, one.persons) for one in note_kinds(private)}
    assert found == dict.fromkeys(
        ("care", "sensitive_without_need", "subjective", "about_others", "personal_note", "secrets", "private_life"),
        (1, 1),
    )


def test_every_category_of_the_contract_is_of_some_kind_and_every_kind_has_its_rule() -> None:
    kinds = load_toml("minimisation.toml")["kind"]
    named = {category for one in kinds for category in one["categories"]} - {"*"}
    assert named == set(categories())
    for one in kinds:
        assert all(one[key].strip() for key in ("fr", "en", "rule_fr", "rule_en"))
        assert set(one["subjects"]) <= {"patient", "third_party"}
