"""A person's answers on pairs of files: followed, refused where they contradict, told where they are stale."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from breachkit import case, workspace
from breachkit.case import Decisions, PairDecision, SampleDecision, load_decisions, new_review_key, read_review_key
from breachkit.errors import FactsError, UsageError
from breachkit.execution import pair_form
from breachkit.execution.corrections import LIVE
from breachkit.execution.pair_review import plan_pairs, review_pairs
from breachkit.execution.pair_screen import PairScreen
from breachkit.execution.pair_session import begin_pairs
from breachkit.execution.purge import destroy
from breachkit.execution.review_screen import LEAVE_SCREEN, WIPE
from breachkit.execution.review_session import place_of
from breachkit.execution.run import Options, run
from breachkit.people.answers import ranked
from breachkit.people.components import Links, joined_by, without_contradictions
from breachkit.people.doubtful import PairDraw, compared, draw_pairs
from breachkit.people.resolve import resolve
from breachkit.workspace import keyed_digest
from tests.conftest import ROOT
from tests.test_people_links import count

sys.path.insert(0, str(ROOT / "benchmarks"))
from people_register import Setting, draw

# Three files that weights alone leave apart or join; the fourth is a control that nothing ties to them.
CHAIN = (
    "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nDURAND - ANNE - F - - - 75001 D2\n"
    "DURANT - ANNA 1960-02-03 F 9 - - 69001 D3\nPETIT - LUC 1955-01-02 M 7 - - 75001 D1"
)
TODAY = date(2026, 11, 1)


def persons(connection: Any) -> list[int]:
    return [p for (p,) in connection.execute("SELECT p2 FROM w.persons ORDER BY rid").fetchall()]


def answered(connection: Any, *answers: tuple[int, int, str]) -> Decisions:
    """Answers about records by number, named by the digests that a review would write."""
    key = new_review_key()
    sql, secrets = keyed_digest("text || chr(31) || rank", read_review_key(key) or b"")
    records = "SELECT rid AS iid, rid, true AS bare FROM w.records"
    connection.execute(f"CREATE OR REPLACE TABLE w.identity_records AS {records}")
    found = connection.execute(f"SELECT rid, {sql} FROM ({ranked()})", secrets).fetchall()
    connection.execute("DROP TABLE w.identity_records")
    digests = dict(found)
    return Decisions(
        pair_sample=(SampleDecision(key=key, seed=1, size=40, date=TODAY),),
        pair=tuple(
            PairDecision(one=digests[a], other=digests[b], answer=told, author="DPO", date=TODAY)  # type: ignore[arg-type]
            for a, b, told in answers
        ),
    )


def resolved(connection: Any, drawn: str, *answers: tuple[int, int, str]) -> tuple[Any, list[int]]:
    """The records drawn, counted again with these answers."""
    count(connection, drawn)
    found = resolve(connection, answered(connection, *answers))
    assert found.low <= found.best <= found.high
    return found, persons(connection)


def test_same_joins_and_is_kept_as_the_reason(private: Any) -> None:
    before = count(private, CHAIN)
    found, p = resolved(private, CHAIN, (1, 3, "same"))
    assert p[0] == p[2] != p[3]
    assert found.best < before.best
    assert found.links["reviewed"] == 1
    assert found.review.model_dump() == {
        "answers": 1, "joined": 1, "separated": 0, "undecided": 0, "contradictory": 0, "unmatched": 0,
    }  # fmt: skip
    merges = private.execute("SELECT chance FROM w.merges WHERE reason = 'reviewed'").fetchall()
    assert merges == [(1.0,)]


def test_different_separates_and_cuts_the_component(private: Any) -> None:
    twice = "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nDURAND - ANNE 1960-01-02 F 1 - - 75001 D2"
    assert count(private, twice).best == 1
    found, p = resolved(private, twice, (1, 2, "different"))
    assert p[0] != p[1]
    assert (found.low, found.best, found.high) == (2, 2, 2)


def test_a_chain_of_three_is_cut_so_that_its_ends_never_meet(private: Any) -> None:
    """1 = 2 and 2 = 3 by the weights; a person says that 1 and 3 are two: 2 goes with one of them only."""
    chain = (
        "DURAND - ANNE 1960-01-02 F 1 - R 75001 D1\nDURAND - ANNE 1960-01-02 F 1 - R 75001 D2\n"
        "DURAND - ANNE 1960-01-02 F 1 - R 75001 D3"
    )
    assert count(private, chain).best == 1
    found, p = resolved(private, chain, (1, 3, "different"))
    assert p[0] != p[2]
    assert p[1] in (p[0], p[2])
    assert (found.best, found.review.separated) == (2, 1)
    bounds = private.execute("SELECT count(DISTINCT p1), count(DISTINCT p3) FROM w.persons").fetchall()
    assert bounds == [(2, 2)]


def test_contradictory_answers_are_told_and_the_separation_holds(private: Any) -> None:
    found, p = resolved(private, CHAIN, (1, 2, "same"), (2, 3, "same"), (1, 3, "different"))
    assert p[0] == p[1] != p[2]
    assert (found.review.joined, found.review.separated, found.review.contradictory) == (1, 1, 1)


def test_same_never_joins_two_numbers_of_ones_own(private: Any) -> None:
    """Two NIR, each of its file's own birth and sex."""
    two = (
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1 260017505600123\n"
        "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1 260017505600456"
    )
    assert count(private, two).best == 2
    found, p = resolved(private, two, (1, 2, "same"))
    assert p[0] != p[1]
    assert found.review.contradictory == 1


def test_undecided_changes_nothing_and_the_latest_answer_counts(private: Any) -> None:
    before = count(private, CHAIN)
    same, _ = resolved(private, CHAIN, (1, 2, "undecided"))
    assert (same.best, same.low, same.high) == (before.best, before.low, before.high)
    assert same.review.undecided == 1
    decisions = answered(private, (1, 3, "same"), (3, 1, "different"))
    assert [one.answer for one in decisions.pair_answers().values()] == ["different"]


def test_files_that_say_the_same_are_told_apart_by_their_rank(private: Any) -> None:
    """Bare names are not one person by equality: an answer speaks of one of them."""
    bare = "DURAND - ANNE - F - - - - D1\n" * 3
    _, p = resolved(private, bare, (1, 2, "different"), (2, 3, "same"))
    assert p[0] != p[1] == p[2]


def test_answers_do_not_depend_on_the_order_of_the_rows(private: Any) -> None:
    lines = CHAIN.split("\n")
    count(private, CHAIN)
    decisions = answered(private, (1, 3, "same"), (2, 3, "different"))
    first = resolve(private, decisions)
    count(private, "\n".join(reversed(lines)))
    again = resolve(private, decisions)
    assert (first.low, first.best, first.high, first.review) == (again.low, again.best, again.high, again.review)
    p = persons(private)
    assert p[3] == p[1] != p[2]  # records 1, 3 and 2 of the first order


def test_a_stale_answer_and_a_lost_key_are_counted_as_unmatched(private: Any) -> None:
    count(private, CHAIN)
    decisions = answered(private, (1, 3, "same"))
    found = resolve(private, decisions)
    assert found.review is not None
    assert found.review.joined == 1
    changed = count(private, CHAIN.replace("DURANT", "DURANTON"))
    after = resolve(private, decisions)
    assert after.review is not None
    assert (after.review.unmatched, after.best) == (1, changed.best)
    lost = decisions.model_copy(update={"pair_sample": ()})
    assert resolve(private, lost).review.unmatched == 1  # type: ignore[union-attr]


def test_separations_are_kept_in_any_order_of_links() -> None:
    links = Links(np.array([0, 1, 0]), np.array([1, 2, 2]), np.array([0.99, 0.98, 0.97]), np.zeros(3, dtype=np.int64))
    apart = {0: frozenset({1}), 2: frozenset({-1})}
    assert without_contradictions(links, {}, apart).tolist() == [0]
    assert without_contradictions(links, {}, {}).tolist() == [0, 1]  # the control
    assert joined_by([(1, 2), (0, 1)], {}, apart) == [(1, 2)]


# --- what is asked ------------------------------------------------------------------------------------------

CANARY = "Zqx"  # begins every family name; it must never be found in a file that is kept


def write_extract(path: Path) -> None:
    """A simulated register with every fault twice as frequent as usual: there is doubt on both sides."""
    files = draw(Setting(persons=1200, doctors=4, seed=31, duplicates=0.3).noisier(2.5))
    renamed = {"family": "NOM", "birth": "NOM_NAISSANCE", "given": "PRENOM", "born": "DATE_NAISSANCE", "sex": "SEXE",
               "mobile": "TEL", "postcode": "CP", "doctor": "RPPS"}  # fmt: skip
    kept = files.select(pl.col(one).alias(name) for one, name in renamed.items())
    named = kept.with_columns(pl.col("NOM", "NOM_NAISSANCE").str.replace("^", CANARY.upper()))
    named.write_csv(path, separator=";")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A case that was run once, beside its keys."""
    folder = tmp_path_factory.mktemp("pairs")
    (folder / "dossier" / "extraction").mkdir(parents=True)
    former = os.environ.get("BREACHKIT_KEY_DIR")
    os.environ["BREACHKIT_KEY_DIR"] = str(folder / "keys")
    write_extract(folder / "dossier" / "extraction" / "patients.csv")
    again(folder / "dossier")
    yield folder
    os.environ.pop("BREACHKIT_KEY_DIR") if former is None else os.environ.update(BREACHKIT_KEY_DIR=former)


@pytest.fixture
def dossier(released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that case, with copies of its keys."""
    shutil.copytree(released, tmp_path / "copy")
    monkeypatch.setenv("BREACHKIT_KEY_DIR", str(tmp_path / "copy" / "keys"))
    return tmp_path / "copy" / "dossier"


def again(folder: Path) -> Any:
    decisions = folder / "decisions.toml"
    return run(
        Options(
            sources=(folder / "extraction" / "patients.csv",), out=folder / "resultats",
            decisions=decisions if decisions.is_file() else None, notebooks=False, pdf=False,
        )
    ).impact  # fmt: skip


def drawn_from(folder: Path, key: bytes = b"k", **options: int) -> PairDraw:
    database = place_of(folder).database
    with workspace.reopen(database, case.read_key(database)) as connection:
        return draw_pairs(connection, key, **{"seed": 1, "size": 30, **options})


def everything_under(folder: Path) -> str:
    return "\n".join(
        path.read_bytes().decode("utf-8", "replace")
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name not in ("extraction", ".workspace")
    )


def test_the_draw_is_seeded_and_holds_both_sides(dossier: Path) -> None:
    first, other_key = drawn_from(dossier), drawn_from(dossier, b"another")
    records = [first.records[one] for one in first.pairs]
    assert records == [other_key.records[one] for one in other_key.pairs]
    assert not set(first.pairs) & set(other_key.pairs)  # digests are the key's own
    assert records != [drawn_from(dossier, seed=2).records[one] for one in drawn_from(dossier, seed=2).pairs]
    assert [first.records[one] for one in drawn_from(dossier, size=10).pairs] == records[:10]
    sides = list(first.merged.values())
    assert sides[:4] == [True, False, True, False]  # one of each side in turn, while there are any
    assert all(0.05 <= chance <= 0.95 for chance in first.chance.values())


def test_a_review_of_pairs_is_replayed_and_every_figure_follows(dossier: Path) -> None:
    before = json.loads((dossier / "resultats" / "impact.json").read_text(encoding="utf-8"))
    session = begin_pairs(place_of(dossier), size=30)
    assert len(session.queue) == 30
    for pair in session.queue:
        session.answer(pair, "same", "DPO")
    assert session.left == 0
    after = again(dossier)
    review = after.people.linking.review
    assert (review.answers, review.unmatched) == (30, 0)
    assert review.joined + review.contradictory == 30
    patients = before["people"]["patients"]
    assert after.people.patients.best < patients["best"]
    assert after.people.patients.high - after.people.patients.low < patients["high"] - patients["low"]
    assert after.quality.decisions == review.joined
    assert next(one for one in after.people.linking.merges if one.rule.id == "reviewed").merges > 0
    assert begin_pairs(place_of(dossier)).queue[:1] != session.queue[:1]  # others come in their stead


def test_no_value_and_no_key_stands_in_what_is_kept(dossier: Path) -> None:
    session = begin_pairs(place_of(dossier), size=10)
    for pair in session.queue:
        session.answer(pair, "different", "DPO")
    again(dossier)
    kept = everything_under(dossier).lower()
    assert CANARY.lower() not in kept
    assert CANARY.lower() in (dossier / "extraction" / "patients.csv").read_text(encoding="utf-8").lower()  # control
    key = read_review_key(load_decisions(dossier / "decisions.toml").pair_sample[-1].key)
    assert key is not None
    assert key.hex() not in kept
    destroy(dossier / "resultats")
    assert read_review_key(load_decisions(dossier / "decisions.toml").pair_sample[-1].key) is None


def test_stale_answers_are_told_to_the_reader(dossier: Path) -> None:
    session = begin_pairs(place_of(dossier), size=4)
    for pair in session.queue:
        session.answer(pair, "same", "DPO")
    extract = dossier / "extraction" / "patients.csv"
    extract.write_text(extract.read_text(encoding="utf-8").lower().replace(CANARY.lower(), "other"), encoding="utf-8")
    told = {one.id: one.fr for one in again(dossier).quality.limits}
    assert told["pairs_unmatched"].startswith("4 réponse(s)")


def test_another_seed_is_refused_once_answers_are_there(dossier: Path) -> None:
    session = begin_pairs(place_of(dossier), size=4, seed=3)
    session.answer(session.queue[0], "same", "DPO")
    with pytest.raises(UsageError):
        begin_pairs(place_of(dossier), seed=4)


def test_a_wrong_answer_in_the_file_is_an_error_that_names_its_key(tmp_path: Path) -> None:
    file = tmp_path / "decisions.toml"
    digest = "0" * 32
    file.write_text(
        f'[[pair]]\none = "{digest}"\nother = "{digest}"\nanswer = "same"\nauthor = "DPO"\ndate = 2026-11-01\n'
    )
    with pytest.raises(FactsError, match="pair"):
        load_decisions(file)


# --- what is shown ------------------------------------------------------------------------------------------


def test_the_terminal_shows_both_files_and_wipes_them(dossier: Path) -> None:
    session = begin_pairs(place_of(dossier), size=6)
    out, keys = io.StringIO(), iter("mdprx\x1b")
    assert PairScreen(session, "DPO", "fr", out, lambda: next(keys)).run() == 3
    shown = out.getvalue()
    assert CANARY.upper() in shown
    assert "Fiche A" in shown
    assert "Est-ce la même personne" in shown
    assert shown.endswith(WIPE + LEAVE_SCREEN)
    assert session.counts() == {"same": 1, "different": 1, "undecided": 1}
    assert len(load_decisions(dossier / "decisions.toml").pair) == 3


def test_without_a_terminal_the_command_is_refused_and_the_plan_shows_nothing(dossier: Path) -> None:
    with pytest.raises(UsageError):
        review_pairs(dossier)
    plan = plan_pairs(dossier, size=8, language="fr") + plan_pairs(dossier, size=8, language="en")
    assert "Paires à juger : 8, dont 8 sans réponse." in plan
    assert "Pairs to judge: 8, of which 8 without answer." in plan
    assert CANARY.lower() not in plan.lower()
    assert not (dossier / "decisions.toml").is_file()


def test_the_form_shows_agreement_and_never_a_value(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIVE, "a person's notebook")
    form = pair_form.PairForm(dossier, "fr")
    form.start.click()
    assert form.session is None  # no author yet
    form.author.value = "DPO"
    form.start.click()
    assert form.session is not None
    seen = form.pair.value
    for button in form.answers[:3]:
        button.click()
        seen += form.pair.value + form.said.value
    assert "identique" in seen
    assert "absent" in seen
    assert CANARY.lower() not in seen.lower()
    assert form.session.counts() == {"same": 1, "different": 1, "undecided": 1}


def test_fields_are_compared_as_a_person_would(private: Any) -> None:
    count(private, "DURAND - ANNE 1960-01-02 F 1 - - 75001 D1\nDURANT - ANNE 1960-02-01 - 2 - - 75001 D2")
    found = {one.name: one.agreement for one in compared(private, [(1, 2)])[(1, 2)]}
    assert found == {
        "family_name": "close", "given_name": "same", "birth_date": "swapped", "sex": "one_missing",
        "phone": "different", "postcode": "same", "controller": "different",
    }  # fmt: skip
    assert "DURAND" not in repr(compared(private, [(1, 2)]))
