"""The review of notes by a person: what is drawn, what is kept, what is shown, and what is left nowhere."""

from __future__ import annotations

import csv
import hashlib
import hmac
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from breachkit import case, workspace
from breachkit.case import Decisions, NoteDecision, SampleDecision, load_decisions, new_review_key, read_review_key
from breachkit.case.review_keys import review_key_file
from breachkit.errors import FactsError, UsageError
from breachkit.execution import review_form
from breachkit.execution.corrections import LIVE
from breachkit.execution.explain import explanation
from breachkit.execution.purge import destroy
from breachkit.execution.review import plan_text, review_notes
from breachkit.execution.review_screen import LEAVE_SCREEN, WIPE, Screen, clean, pages
from breachkit.execution.review_session import Session, begin, place_of
from breachkit.execution.run import Options, run
from breachkit.freetext.review import queue_of, replay, review_of
from breachkit.freetext.review_bounds import at_most
from breachkit.freetext.review_sample import FLAGGED, UNFLAGGED, Draw, Stratum, draw, quotas
from breachkit.impact import Impact, Review
from breachkit.report.review_text import review_sentences
from breachkit.workspace import row

CANARY = "zqxqvjkw"  # in every note; it must never be found in a file or on a screen left behind
PLAIN = ("rappeler lundi", "préfère le matin", "règle par chèque", "arrive souvent en avance", "RAS")
TOLD = ("VIH positif", "mère musulmane voilée", "serait homosexuelle", "pénible et menteuse", "code portail 4821B")
DOCTORS = ("10100000009", "10100000017", "10100000025")


def write_extract(path: Path, patients: int = 240, plain: int = 200) -> Path:
    """Invented patients with a note each: `plain` that say nothing, then others that do; some texts are copied."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, delimiter=";")
        out.writerow(["NOM", "PRENOM", "DATE_NAISSANCE", "TEL", "RPPS", "COMMENTAIRE"])
        for n in range(patients):
            words = PLAIN[n % 5] if n < plain else TOLD[n % 5]
            note = f"{words} {CANARY} {300 + (n % 170 if n < plain else n)}"
            day = date(1950 + n % 50, 1 + n % 12, 1 + n % 28).strftime("%d/%m/%Y")
            phone = f"06 39 98 {n // 100:02d} {n % 100:02d}"
            name = "".join(chr(65 + (n * k + k) % 26) for k in (1, 3, 7, 11, 5))
            out.writerow([f"Val{name.lower()}", ("Anne", "Paul", "Lise")[n % 3], day, phone, DOCTORS[n % 3], note])
    return path


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """A case folder that was run once, and the folder of its keys."""
    folder, keys = tmp_path_factory.mktemp("case"), tmp_path_factory.mktemp("keys-of-review")
    former = os.environ.get("BREACHKIT_KEY_DIR")
    os.environ["BREACHKIT_KEY_DIR"] = str(keys)
    (folder / "extraction").mkdir()
    source = write_extract(folder / "extraction" / "patients.csv")
    run(Options(sources=(source,), out=folder / "resultats", notebooks=False, pdf=False))
    yield folder, keys
    os.environ.pop("BREACHKIT_KEY_DIR") if former is None else os.environ.update(BREACHKIT_KEY_DIR=former)


@pytest.fixture
def dossier(released: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that case, with copies of its keys."""
    folder, keys = tmp_path / "dossier", tmp_path / "keys"
    shutil.copytree(released[0], folder)
    shutil.copytree(released[1], keys)
    monkeypatch.setenv("BREACHKIT_KEY_DIR", str(keys))
    return folder


def again(folder: Path, **options: Any) -> Impact:
    """The case run anew, its decisions replayed."""
    decisions = folder / "decisions.toml"
    return run(
        Options(
            sources=(folder / "extraction" / "patients.csv",),
            out=folder / "resultats",
            decisions=decisions if decisions.is_file() else None,
            notebooks=False,
            **{"pdf": False, **options},
        )
    ).impact


def answer_all(session: Session, *, wrong: int = 0, missed: int = 0) -> None:
    """A person who confirms the findings but `wrong` of them, and finds something in `missed` of the others."""
    for digest in session.queue:
        if session.found(digest):
            wrong -= 1
            session.answer(digest, "no" if wrong >= 0 else "yes", (), "DPO")
        else:
            missed -= 1
            session.answer(digest, *(("yes", ("health",)) if missed >= 0 else ("no", ())), "DPO")


def everything_under(folder: Path) -> str:
    return "\n".join(
        f"{path.name}\n{path.read_bytes().decode('utf-8', 'replace')}" for path in folder.rglob("*") if path.is_file()
    )


# --- what is drawn ------------------------------------------------------------------------------------------


def drawn_from(folder: Path, key: bytes = b"k" * 32, **options: Any) -> Draw:
    database = place_of(folder).database
    with workspace.reopen(database, case.read_key(database)) as connection:
        return draw(connection, key, **{"seed": 1, "size": 60, **options})


def notes_of(drawn: Draw, stratum: str) -> list[int]:
    return [drawn.note_ids[digest] for digest in drawn.strata[stratum].drawn]


def test_the_same_seed_draws_the_same_notes_whatever_the_key_and_another_seed_others(dossier: Path) -> None:
    first, again_ = drawn_from(dossier), drawn_from(dossier, key=b"other" * 8)
    for name in first.strata:
        assert notes_of(first, name) == notes_of(again_, name)
    assert notes_of(first, UNFLAGGED) != notes_of(drawn_from(dossier, seed=2), UNFLAGGED)
    assert not set(first.note_ids) & set(again_.note_ids)  # digests are the key's own


def test_a_longer_sample_holds_the_shorter_one(dossier: Path) -> None:
    short, long = drawn_from(dossier, size=30), drawn_from(dossier, size=90)
    for name, one in short.strata.items():
        assert long.strata[name].drawn[: len(one.drawn)] == one.drawn


def test_strata_are_whole_and_apart(dossier: Path) -> None:
    drawn = drawn_from(dossier)
    assert (drawn.strata[UNFLAGGED].notes, drawn.strata[FLAGGED].notes) == (200, 40)
    unflagged, flagged, each = quotas(60)
    assert len(drawn.strata[UNFLAGGED].drawn) == unflagged
    assert len(drawn.strata[FLAGGED].drawn) == flagged
    assert {name: len(drawn.strata[name].drawn) for name in ("health", "religion", "sex_life")} == {
        "health": each, "religion": each, "sex_life": each,
    }  # fmt: skip
    assert all(digest not in drawn.categories for digest in drawn.strata[UNFLAGGED].drawn)
    assert all("religion" in drawn.categories[digest] for digest in drawn.strata["religion"].drawn)


def test_each_stratum_of_notes_without_finding_comes_up_in_its_due_share(dossier: Path) -> None:
    """Of 60 drawn, each length has its share to within one note per doctor: simple chance is often off by more."""
    database = place_of(dossier).database
    with workspace.reopen(database, case.read_key(database)) as connection:
        sql = """SELECT note_id, length(text) <= 20, count(*) FROM w.record_notes JOIN w.notes USING (note_id)
            WHERE note_id NOT IN (SELECT note_id FROM w.mentions) GROUP BY ALL"""
        notes = connection.execute(sql).fetchall()
        shares = []
        for seed in range(5):
            drawn = notes_of(draw(connection, b"k" * 32, seed=seed, size=60), UNFLAGGED)
            shares.append(sum(drawn.count(note) for note, short, _ in notes if short))
    due = 60 * sum(count for _, short, count in notes if short) / 200
    assert due == 12
    assert all(abs(share - due) <= 1 for share in shares)


def test_every_note_has_the_same_chance(dossier: Path) -> None:
    """Over 200 seeds each of the 200 notes is drawn about 60 times in 200: none is left out, none favoured.

    And the bound drawn from the sample holds as often as promised, whichever notes are taken for missed.
    """
    counts: dict[int, int] = {}
    held = 0
    database = place_of(dossier).database
    with workspace.reopen(database, case.read_key(database)) as connection:
        copies = dict(connection.execute("SELECT note_id, count(*) FROM w.record_notes GROUP BY 1").fetchall())
        flagged = {one for (one,) in connection.execute("SELECT note_id FROM w.mentions").fetchall()}
        truth = sum(count for note, count in copies.items() if note % 10 == 3 and note not in flagged)
        for seed in range(200):
            drawn = draw(connection, b"k" * 32, seed=seed, size=60)
            notes = notes_of(drawn, UNFLAGGED)
            for note in notes:
                counts[note] = counts.get(note, 0) + 1
            held += at_most(sum(note % 10 == 3 for note in notes), 60, 200) >= truth
    assert sum(counts.values()) == 200 * 60
    rates = [counts[note] / copies[note] / 200 for note in counts]
    assert len(counts) == 170
    assert truth > 10
    assert held >= 0.93 * 200  # 0.95 promised; one standard deviation is 0.015
    assert 0.17 < min(rates) <= max(rates) < 0.45  # 0.3 expected; four standard deviations are 0.13


def test_the_digest_is_a_true_hmac_and_tells_nothing_without_its_key(dossier: Path) -> None:
    key = bytes(range(32))
    database = place_of(dossier).database
    with workspace.reopen(database, case.read_key(database)) as connection:
        drawn = draw(connection, key, seed=1, size=60)
        texts = dict(connection.execute("SELECT note_id, text FROM w.notes").fetchall())
    for digest, note in drawn.note_ids.items():
        assert digest == hmac.new(key, texts[note].encode(), hashlib.sha256).hexdigest()[:32]
    # A guesser who has every note of the extract and no key: no digest of hers is one of ours.
    guessed = {getattr(hashlib, name)(text.encode()).hexdigest()[:32] for text in texts.values()
               for name in ("md5", "sha1", "sha256", "blake2b")}  # fmt: skip
    assert not guessed & set(drawn.note_ids)


# --- what is kept, and replayed -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def replayed(released: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Session]:
    """A copy of the case that was reviewed and run anew, its keys, and the session of the review."""
    top = tmp_path_factory.mktemp("replayed")
    shutil.copytree(released[0], top / "dossier")
    shutil.copytree(released[1], top / "keys")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREACHKIT_KEY_DIR", str(top / "keys"))
        session = begin(place_of(top / "dossier"), size=60)
        answer_all(session, wrong=1, missed=1)
        again(top / "dossier")
    return top / "dossier", top / "keys", session


def test_answers_are_replayed_on_the_next_run_and_the_figures_follow(replayed: tuple[Path, Path, Session]) -> None:
    folder, _, session = replayed
    impact = impact_of(folder)
    review = impact.quality.review
    assert review == session.review()
    assert review is not None
    assert (review.complete, review.unmatched) == (True, 0)
    assert (review.unflagged_notes, review.unflagged_reviewed) == (200, 60)
    assert review.missed >= 1
    assert review.missed_at_most is not None
    assert 200 * review.missed / 60 < review.missed_at_most < 40
    assert review.precision is not None
    assert review.precision.low < review.precision.best < review.precision.high
    health = next(one for one in review.by_category if one.category == "health")
    assert health.reviewed == 5
    assert "notes_not_reviewed" not in [one.id for one in impact.quality.limits]
    assert "review_bound" in impact.methods


def test_a_case_that_was_not_reviewed_says_so(released: tuple[Path, Path]) -> None:
    impact = Impact.from_json((released[0] / "resultats" / "impact.json").read_text(encoding="utf-8"))
    assert impact.quality.review is None
    assert "notes_not_reviewed" in [one.id for one in impact.quality.limits]
    assert "review_bound" not in impact.methods
    assert "Aucune note" in review_sentences(None, "fr")[0]
    assert "No note" in review_sentences(None, "en")[0]
    assert "aucune" in explanation(released[0] / "resultats", "quality.review", "fr")


def test_a_reviewed_case_says_what_was_missed_at_most_in_both_languages(replayed: tuple[Path, Path, Session]) -> None:
    folder = replayed[0]
    review = impact_of(folder).quality.review
    assert review is not None
    french, english = (" ".join(review_sentences(review, language)) for language in ("fr", "en"))
    assert f"au plus {review.missed_at_most} sur 200" in french
    assert f"at most {review.missed_at_most} of 200" in english
    told = explanation(folder / "resultats", "quality.review", "fr")
    assert '"missed_at_most"' in told
    assert "borne" in told


def test_answers_that_no_longer_match_are_told(dossier: Path) -> None:
    session = begin(place_of(dossier), size=60)
    answer_all(session)
    source = dossier / "extraction" / "patients.csv"
    source.write_text(source.read_text(encoding="utf-8").replace("lundi", "mardi"), encoding="utf-8")
    impact = again(dossier)
    review = impact.quality.review
    assert review is not None
    assert 0 < review.unmatched < len(session.queue)
    assert review.answers == len(session.queue) - review.unmatched == impact.quality.reviewed_notes
    assert not review.complete
    assert "review_unmatched" in [one.id for one in impact.quality.limits]
    left = begin(place_of(dossier))
    assert 0 < left.left < len(session.queue)  # what is still right is not asked again


def test_without_the_reviews_key_no_answer_counts_and_a_new_sample_is_drawn(dossier: Path) -> None:
    session = begin(place_of(dossier), size=60)
    answer_all(session)
    review_key_file(session.sample.key).unlink()
    review = again(dossier).quality.review
    assert review is not None
    assert (review.answers, review.missed_at_most) == (0, None)
    assert review.unmatched == len(session.answers)
    fresh = begin(place_of(dossier))
    assert fresh.lost == len(session.answers)
    assert (fresh.sample.size, fresh.left) == (60, len(session.queue))
    assert fresh.sample.key != session.sample.key


def test_no_word_of_a_note_and_no_key_stands_in_any_file_of_the_case(dossier: Path) -> None:
    session = begin(place_of(dossier), size=60)
    answer_all(session)
    (dossier / "extraction" / "patients.csv").rename(dossier.parent / "kept.csv")
    written = everything_under(dossier)
    assert CANARY not in written.lower()
    assert not any(word in written for word in (*TOLD, "rappeler lundi"))
    key = read_review_key(session.sample.key)
    assert key is not None
    assert key.hex() not in written
    assert CANARY in (dossier.parent / "kept.csv").read_text(encoding="utf-8")  # the control: the search does find it
    assert CANARY not in repr(session)


def test_a_purge_destroys_the_reviews_key(dossier: Path) -> None:
    session = begin(place_of(dossier), size=30)
    assert read_review_key(session.sample.key) is not None
    assert destroy(dossier / "resultats")
    assert read_review_key(session.sample.key) is None


def test_a_new_run_keeps_the_reviews_key_and_a_later_purge_destroys_it(
    replayed: tuple[Path, Path, Session], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(replayed[0], tmp_path / "dossier")
    shutil.copytree(replayed[1], tmp_path / "keys")
    monkeypatch.setenv("BREACHKIT_KEY_DIR", str(tmp_path / "keys"))
    key = replayed[2].sample.key
    assert read_review_key(key) is not None
    destroy(tmp_path / "dossier" / "resultats")
    assert read_review_key(key) is None


def test_a_review_goes_on_where_it_stopped_and_grows(dossier: Path) -> None:
    session = begin(place_of(dossier), size=30)
    whole = session.queue
    for digest in whole[:10]:
        session.answer(digest, "no", (), "DPO")
    resumed = begin(place_of(dossier))
    assert resumed.queue == whole[10:]
    assert not resumed.review().complete
    answer_all(resumed)
    assert begin(place_of(dossier)).queue == ()
    assert begin(place_of(dossier)).review().complete
    longer = begin(place_of(dossier), size=60)
    assert longer.queue
    assert not set(longer.queue) & set(whole)
    decisions = load_decisions(dossier / "decisions.toml")
    assert [one.size for one in decisions.sample] == [30, 60]


def test_another_seed_is_refused_once_answers_are_there(dossier: Path) -> None:
    session = begin(place_of(dossier), size=30, seed=4)
    assert begin(place_of(dossier), seed=5).sample.seed == 5
    session = begin(place_of(dossier))
    session.answer(session.queue[0], "no", (), "DPO")
    with pytest.raises(UsageError, match="graine 5"):
        begin(place_of(dossier), seed=6)


def test_the_latest_answer_on_a_note_counts(dossier: Path) -> None:
    session = begin(place_of(dossier), size=30)
    digest = session.queue[0]
    session.answer(digest, "no", (), "DPO")
    session.answer(digest, "yes", ("religion", "health"), "Médecin")
    kept = load_decisions(dossier / "decisions.toml").answers()[digest]
    assert (kept.answer, kept.categories, kept.author) == ("yes", ("religion", "health"), "Médecin")


@pytest.mark.parametrize(
    "wrong",
    ['answer = "perhaps"', 'answer = "no"\ncategories = ["health"]', 'answer = "yes"\ncategories = ["nothing_known"]'],
)
def test_a_wrong_answer_in_the_file_is_an_error_that_names_its_key(wrong: str, tmp_path: Path) -> None:
    file = tmp_path / "decisions.toml"
    file.write_text(f'[[note]]\ndigest = "{"a" * 32}"\n{wrong}\nauthor = "DPO"\ndate = 2026-01-15\n', encoding="utf-8")
    with pytest.raises(FactsError, match="note"):
        load_decisions(file)
    file.write_text('[[sample]]\nkey = "../../x"\nseed = 1\nsize = 3\ndate = 2026-01-15\n', encoding="utf-8")
    with pytest.raises(FactsError, match="sample"):
        load_decisions(file)


# --- the figures, without a workspace -----------------------------------------------------------------------


def digest_of(n: int) -> str:
    return f"{n:032x}"


def said(n: int, answer: str, *categories: str) -> NoteDecision:
    return NoteDecision.model_validate(
        {"digest": digest_of(n), "answer": answer, "categories": categories, "author": "DPO", "date": date(2026, 1, 1)}
    )


def drawn_by_hand(unflagged: range, flagged: range, *, notes: int = 1000) -> Draw:
    """A draw in which every flagged text was found to be about health."""
    parts = {UNFLAGGED: (notes, unflagged), FLAGGED: (100, flagged), "health": (100, flagged)}
    strata = {name: Stratum(name, whole, tuple(map(digest_of, one))) for name, (whole, one) in parts.items()}
    every = [*unflagged, *flagged]
    found = {digest_of(n): frozenset({"health"}) for n in flagged}
    return Draw(strata, found, {digest_of(n): n for n in every}, frozenset(map(digest_of, every)))


SAMPLE = SampleDecision(key="0" * 32, seed=1, size=10, date=date(2026, 1, 1))


def reviewed(drawn: Draw, *answers: NoteDecision) -> Review:
    return review_of(drawn, SAMPLE, Decisions(note=answers).answers())


def test_undecided_notes_count_against_us_in_every_bound() -> None:
    drawn = drawn_by_hand(range(100), range(100, 120))
    sure = [said(n, "no") for n in range(1, 100)] + [said(n, "yes", "health") for n in range(101, 120)]
    best = reviewed(drawn, said(0, "no"), said(100, "yes", "health"), *sure)
    doubt = reviewed(drawn, said(0, "undecided"), said(100, "undecided"), *sure)
    worst = reviewed(drawn, said(0, "yes", "health"), said(100, "no"), *sure)
    assert best.missed_at_most is not None
    assert worst.missed_at_most is not None
    assert best.missed_at_most < worst.missed_at_most == doubt.missed_at_most
    assert (doubt.missed, doubt.unflagged_undecided, doubt.flagged_undecided) == (0, 1, 1)
    assert best.precision is not None
    assert doubt.precision is not None
    assert worst.precision is not None
    assert doubt.precision.low == worst.precision.low < best.precision.low
    assert doubt.precision.high == best.precision.high
    assert doubt.precision.best == 1.0


def test_only_the_first_notes_without_a_hole_count() -> None:
    drawn = drawn_by_hand(range(10), range(100, 110))
    review = reviewed(drawn, *(said(n, "no") for n in range(10) if n != 4))
    assert (review.unflagged_reviewed, review.flagged_reviewed, review.complete) == (4, 0, False)
    assert review.precision is None
    assert reviewed(drawn, said(5, "no")).missed_at_most is None


def test_a_yes_that_names_other_categories_is_wrong_for_the_one_found() -> None:
    drawn = drawn_by_hand(range(1), range(100, 104))
    answers = (said(0, "no"), said(100, "yes", "health"), said(101, "yes", "religion"), said(102, "yes"),
               said(103, "no"))  # fmt: skip
    review = reviewed(drawn, *answers)
    health = review.by_category[0]
    assert (review.flagged_right, review.flagged_undecided) == (2, 0)  # 102: right, without saying what
    assert (health.right, health.undecided, health.reviewed) == (1, 1, 4)


def test_what_is_missed_of_articles_9_and_10_is_bounded_apart() -> None:
    drawn = drawn_by_hand(range(50), range(100, 101))
    answers = [said(0, "yes", "judgement"), said(1, "yes", "health"), *(said(n, "no") for n in range(2, 50))]
    review = reviewed(drawn, *answers)
    assert (review.missed, review.special_missed) == (2, 1)
    assert review.special_missed_at_most is not None
    assert review.missed_at_most is not None
    assert review.special_missed_at_most < review.missed_at_most


def test_the_queue_has_every_text_once_and_the_undecided_last() -> None:
    drawn = drawn_by_hand(range(10), range(100, 110))
    queue = queue_of(drawn, {})
    assert sorted(queue) == sorted(drawn.note_ids)
    half = queue[: len(queue) // 2]
    assert 3 <= sum(one in drawn.categories for one in half) <= 7  # both parts in step
    kept = Decisions(note=(said(0, "undecided"), said(1, "no"))).answers()
    assert queue_of(drawn, kept)[-1] == digest_of(0)
    assert digest_of(1) not in queue_of(drawn, kept)


def test_an_extract_without_notes_has_nothing_to_review(private: Any) -> None:
    private.execute("CREATE TABLE w.files (rid BIGINT, source INTEGER, controller VARCHAR, note VARCHAR)")
    private.execute("CREATE TABLE w.notes (note_id BIGINT, text VARCHAR)")
    private.execute("CREATE TABLE w.record_notes (rid BIGINT, note_id BIGINT)")
    private.execute("CREATE TABLE w.mentions (note_id BIGINT, category VARCHAR)")
    assert draw(private, b"k", seed=1, size=10).note_ids == {}
    assert replay(private, Decisions()) is None
    key = SampleDecision(key=new_review_key(), seed=1, size=10, date=date(2026, 1, 1))
    empty = replay(private, Decisions(sample=(key,), note=(said(1, "no"),)))
    assert empty is not None
    assert (empty.unmatched, empty.missed_at_most, empty.precision) == (1, None, None)
    assert review_sentences(empty, "fr")
    assert row(private, "SELECT count(*) FROM w.notes") == (0,)


# --- the terminal -------------------------------------------------------------------------------------------


def test_without_a_terminal_nothing_is_shown_and_the_command_is_refused(
    dossier: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError, match="terminal"):
        review_notes(dossier)
    done = subprocess.run(
        [sys.executable, "-m", "breachkit", "review", str(dossier)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "--sample" in done.stderr
    assert CANARY not in done.stdout + done.stderr + capsys.readouterr().out
    assert not (dossier / "decisions.toml").exists()


def test_the_plan_shows_no_note_and_writes_nothing(dossier: Path) -> None:
    before = sorted(path.name for path in dossier.rglob("*"))
    told = plan_text(dossier, size=60)
    assert "graine 1, taille 60" in told
    assert re.search(r"200\s+notes remplies, 60 tirées", told)
    assert re.search(r"au plus \d+ sur 200", told)
    assert CANARY not in told
    assert sorted(path.name for path in dossier.rglob("*")) == before
    assert "seed 1" in plan_text(dossier, language="en")


def test_a_folder_without_workspace_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="espace de travail"):
        place_of(tmp_path)


def test_answers_go_to_the_case_even_when_the_results_are_named(dossier: Path) -> None:
    (dossier / "decisions.toml").write_text("", encoding="utf-8")
    assert place_of(dossier / "resultats").decisions == dossier / "decisions.toml"
    assert place_of(dossier).decisions == dossier / "decisions.toml"
    assert place_of(dossier, decisions=dossier / "x.toml").decisions == dossier / "x.toml"


def test_a_note_cannot_command_the_terminal() -> None:
    assert clean("a\x1b[31mb\r\nc\x07\u202ed\ttab\u00a0insécable 😀") == "a·[31mb\nc··d    tab insécable 😀"
    long = pages("mot " * 5000, 40, 10)
    assert len(long) > 10
    assert all(len(page) <= 10 and all(len(line) <= 40 for line in page) for page in long)
    assert pages("", 40, 10) == [[""]]


class Recorder:
    """A terminal that remembers what it was sent."""

    def __init__(self) -> None:
        self.sent = ""

    def write(self, text: str) -> None:
        self.sent += text

    def flush(self) -> None:
        """Nothing is held back."""


def screen(session: Session, keys: str, language: Any = "fr") -> tuple[int, str]:
    out, typed = Recorder(), iter(keys)
    shown = Screen(session, "DPO", language, out, lambda: next(typed))  # type: ignore[arg-type]
    return shown.run(), out.sent


def test_keys_give_answers_that_are_kept_at_once(dossier: Path) -> None:
    session = begin(place_of(dossier), size=30)
    first, second, third = session.queue[:3]
    answered, sent = screen(session, "n" + "c1 99,3\r" + "p" + "r" + "x+" + "n" + "q")
    assert answered == 3
    kept = load_decisions(dossier / "decisions.toml").answers()
    assert (kept[first].answer, kept[third].answer) == ("no", "no")  # the third first undecided, then taken back
    assert kept[second].categories == ("health", "religion")
    assert [one.digest for one in load_decisions(dossier / "decisions.toml").note] == [first, second, third, third]
    assert "Note 1 sur" in sent
    assert session.texts[first].split()[0] in sent  # the control: the note was on the screen


def test_giving_up_the_categories_gives_no_answer(dossier: Path) -> None:
    session = begin(place_of(dossier), size=30)
    assert screen(session, "c1\x1bc\rq")[0] == 0
    assert not load_decisions(dossier / "decisions.toml").note
    assert screen(session, "yq", "en")[0] == 1


def test_nothing_is_left_on_the_screen_whatever_ends_it(dossier: Path) -> None:
    session = begin(place_of(dossier), size=30)

    def interrupted() -> str:
        raise KeyboardInterrupt

    out = Recorder()
    with pytest.raises(KeyboardInterrupt):
        Screen(session, "DPO", "fr", out, interrupted).run()  # type: ignore[arg-type]
    assert CANARY in out.sent
    assert out.sent.endswith(WIPE + LEAVE_SCREEN)
    assert screen(session, "q")[1].endswith(WIPE + LEAVE_SCREEN)


def drive(command: list[str], keys: list[str]) -> tuple[int, str]:
    """Runs a command on a pseudo-terminal, each key sent once the screen is still; its exit code and its screen."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "breachkit", *command])  # noqa: S606
    sent, pending, last = b"", list(keys), time.monotonic()
    while True:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if ready:
            try:
                got = os.read(terminal, 65536)
            except OSError:
                break
            if not got:
                break
            sent, last = sent + got, time.monotonic()
        elif pending and sent and time.monotonic() - last > 0.4:
            os.write(terminal, pending.pop(0).encode())
            last = time.monotonic()
        elif time.monotonic() - last > 60:
            os.kill(child, signal.SIGKILL)
            break
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), sent.decode("utf-8", "replace")


def test_the_command_on_a_real_terminal_keeps_answers_and_leaves_no_note_behind(dossier: Path) -> None:
    code, sent = drive(["review", str(dossier), "--size", "30"], ["DPO\r", "n", "\x1b[A", "c", "1 3\r", "q"])
    assert code == 0, sent
    kept = load_decisions(dossier / "decisions.toml").note
    assert [one.author for one in kept] == ["DPO", "DPO"]
    assert kept[1].categories == ("health", "religion")
    inside, after = sent.rsplit(LEAVE_SCREEN, 1)
    assert CANARY in inside
    assert inside.endswith(WIPE)
    assert CANARY not in after
    assert "2 réponse(s)" in after
    before, _ = sent.split("\x1b[?1049h", 1)
    assert CANARY not in before


# --- the notebook -------------------------------------------------------------------------------------------


def impact_of(folder: Path) -> Impact:
    return Impact.from_json((folder / "resultats" / "impact.json").read_text(encoding="utf-8"))


def test_the_form_shows_one_note_at_a_time_and_clears_it(dossier: Path) -> None:
    form = review_form.Form(dossier, "fr")
    form.start.click()
    assert "qui relit" in form.said.value
    form.author.value = "DPO"
    form.start.click()
    session = form.state.session
    assert session is not None

    def shown() -> list[str]:
        return [text for text in session.texts.values() if f"\n{clean(text)}\n" in str(form.note.outputs[0]["text"])]

    assert shown() == [session.texts[session.queue[0]]]
    yes, no, _skip, keep, back = form.answers
    no.click()
    assert len(form.note.outputs) == 1
    assert shown() == [session.texts[session.queue[1]]]
    form.which.value = ("religion",)
    keep.click()
    back.click()
    yes.click()
    kept = load_decisions(dossier / "decisions.toml").note
    assert [one.answer for one in kept] == ["no", "yes", "yes"]
    assert kept[1].categories == ("religion",)
    while form.state.at < len(session.queue):
        no.click()
    assert form.note.outputs == ()
    assert "entièrement" in form.said.value
    assert CANARY not in form.said.value + form.figures.value
    assert no.disabled


def test_away_from_a_persons_notebook_only_a_sentence_is_shown(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    monkeypatch.delenv(LIVE, raising=False)
    review_form.review(dossier, impact_of(dossier))
    assert "breachkit review" in shown[0].data
    monkeypatch.setenv(LIVE, "notebook.ipynb")
    review_form.review(dossier, impact_of(dossier))
    assert type(shown[1]).__name__ == "VBox"


def execute(folder: Path, cells: list[str], live: bool) -> tuple[str, str]:
    """A notebook with these cells run in a kernel, as a person's when `live`; its .ipynb and its page."""
    import nbformat
    from nbclient import NotebookClient
    from nbconvert import HTMLExporter

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in cells])
    environment = {**os.environ, **({LIVE: "carnet.ipynb"} if live else {})}
    client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    client.store_widget_state = False  # as JupyterLab: it is off unless a person turns it on
    client.execute(env=environment)
    page, _ = HTMLExporter().from_notebook_node(notebook)
    return nbformat.writes(notebook), page


def test_an_executed_notebook_saves_no_note_even_while_one_is_shown(dossier: Path) -> None:
    opened = f"import breachkit\nimpact = breachkit.open_case({str(dossier)!r}).analyse()"
    asked = f"breachkit.review({str(dossier)!r}, impact)"
    live = (
        "from breachkit.execution.review_form import Form\nfrom pathlib import Path\n"
        f"form = Form(Path({str(dossier)!r}), 'fr')\nform.author.value = 'DPO'\nform.start.click()\n"
        "shown = len(form.note.outputs)\nform.answers[1].click()\nprint('montrées', shown)\nform.box"
    )
    both = execute(dossier, [opened, asked, live], live=True)
    assert "montrées 1" in both[0]  # the form did show a note, and shows the next one when the notebook is saved
    assert both[0].count("application/vnd.jupyter.widget-view+json") == 2
    assert all(CANARY not in text for text in both)
    saved, page = execute(dossier, [opened, asked], live=False)
    assert "widget-view" not in saved
    assert "breachkit review" in page
    assert CANARY not in saved + page
    # The control: the same search sees a note that a cell prints.
    told = execute(dossier, [f"print('{CANARY}')"], live=False)
    assert all(CANARY in text for text in told)
