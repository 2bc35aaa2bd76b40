"""Records into persons: one count to use, and the two partitions that bound it.

Distinct identities are compared in blocks (`candidates.py`), each pair is weighed (`weights.py`), and the links that
are more likely true than false are followed, contradictions excepted (`components.py`). `p2` is that partition; `p1`
leaves out the weakest of its links and `p3` follows the likeliest of the others, as many as the expected errors ask
(`bounds.py`). Figures depend neither on the order of the rows nor on the number of threads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from breachkit.case import Decisions
from breachkit.impact import PairReview
from breachkit.people.answers import Answers, find_answers
from breachkit.people.bounds import doubt, interval
from breachkit.people.candidates import build_pairs, unpack
from breachkit.people.components import Floats, Ints, Links, forest, labels_of, without_contradictions
from breachkit.people.doubtful import count_doubtful, store_doubtful
from breachkit.people.identities import NOBODY, build_identities
from breachkit.people.links import CERTAIN, NAMED_RULES, RULES, forbidden, most, reasons
from breachkit.people.weights import Weights, learn
from breachkit.workspace import row

DOUBTFUL = 1e-4  # errors less likely are not summed by controller
FOLLOWED = 0.5  # a link is followed where it is likelier true than false
RARE_NAMESAKES, ASIDE = 0.3, 10  # names of fewer strangers are rare; files that the usual share counts for
STRETCHED = 0.15  # the least chance of a link that may be followed to make the count come right
LOOKED_AT = 0.005  # chance below which a pair is no link at all
ESTABLISHED = 0.9995  # the chance of a link of level 1, at least


@dataclass(frozen=True)
class Resolution:
    """Persons among the patient records; `links` counts the merges by the reason kept for each."""

    records: int
    low: int
    best: int
    high: int
    without_identity: int
    links: dict[str, int]
    joined: float = 0.0  # persons expected to be one too few
    missed: float = 0.0  # persons expected to be one too many
    poor: int = 0  # identities with neither birth date, contact nor number
    identities: int = 0  # different files: identical ones are taken together
    nameless: int = 0  # records that name nobody, each counted as a person
    wrong: dict[str, float] = field(default_factory=dict)  # merges expected to be wrong, by reason
    doubtful: dict[str, tuple[int, int]] = field(default_factory=dict)  # pairs near the threshold: merged, left apart
    review: PairReview | None = None  # what a person's answers did


def resolve(connection: Any, decisions: Decisions | None = None) -> Resolution:
    """Makes `w.persons` (rid, p1, p2, p3) and `w.merges` (a, b, reason, chance) from `w.records`, and counts.

    A person's answers on pairs, of `decisions`, are followed. `w.doubtful` keeps the pairs that are worth asking.
    `w.merges` holds record numbers: one row for each merge of the count retained, with the rule and its chance.
    """
    frequencies = build_identities(connection)
    answers = find_answers(connection, decisions)
    build_pairs(connection)
    size = frequencies.identities
    links, weights = _links(connection, frequencies, answers)
    links = _guarded(connection, size, answers.with_joined(links), answers, families=weights.families)
    tree = forest(size, links)
    records, nobody, unnamed = row(
        connection,
        f"SELECT count(*), count(*) FILTER ({NOBODY}), "
        "count(*) FILTER (coalesce(family, birth, given, nir, ins) IS NULL) FROM w.records",
    )
    poor, namesakes = _poor(connection)
    unseen = weights.unseen + _untold(tree, poor, namesakes, weights.same / max(size, 1))
    count = _followed(tree, unseen)
    best = size - count
    found = doubt(tree.chance[:count], tree.chance[count:], unseen)
    low, high = interval(best, records, found, nobody)
    p1, p2, p3 = (labels_of(size, tree.a[:n], tree.b[:n]) for n in (max(size - high, 0), count, size - low))
    _store_doubt(connection, links, p2)
    store_doubtful(connection, tree, count)
    _store(connection, (p1, p2, p3), tree.take(slice(count)))
    ids, followed = [rule.id for rule in NAMED_RULES], tree.reason[:count]
    counts = np.bincount(followed, minlength=len(ids)).tolist()
    wrong = np.bincount(followed, weights=1 - tree.chance[:count], minlength=len(ids)).round(1).tolist()
    return Resolution(
        records, low, best, high, unnamed, dict(zip(ids, counts, strict=True)), found.joined, found.missed, len(poor),
        identities=size, nameless=nobody, wrong=dict(zip(ids, wrong, strict=True)),
        doubtful=count_doubtful(tree, count), review=answers.told,
    )  # fmt: skip


def _followed(tree: Links, unseen: float) -> int:
    """How many links to follow, strongest first: as many as are expected to be true.

    Those likelier true than false at first; then, since more true links are left out than false ones are followed (or
    fewer), as many more as the difference, while they are likely enough.
    """
    likely = int((tree.chance >= FOLLOWED).sum())
    found = doubt(tree.chance[:likely], tree.chance[likely:], unseen)
    most, least = int((tree.chance >= STRETCHED).sum()), int((tree.chance >= ESTABLISHED).sum())
    return min(max(likely + round(found.missed - found.joined), min(least, likely)), most)


def _links(connection: Any, frequencies: Any, answers: Answers) -> tuple[Links, Weights]:
    """The pairs that may be one person, with their chance; files without a birth date share one chance among rivals."""
    found = connection.execute(
        "SELECT pattern, count(*) AS pairs FROM w.pairs GROUP BY pattern ORDER BY pattern"
    ).fetchnumpy()
    patterns = np.asarray(found["pattern"], dtype=np.int64)
    odds, weights = learn(patterns, np.asarray(found["pairs"]), frequencies)
    levels = unpack(patterns)
    reason = reasons(levels)
    chance = odds / (1 + odds)
    certain = np.array([rule.level == CERTAIN for rule in RULES])[reason]
    chance = np.where(certain, np.maximum(chance, ESTABLISHED), chance)
    chance = np.maximum(chance, np.array([rule.least for rule in RULES])[reason])
    chance = np.minimum(chance, most(levels, families=weights.families))
    chance = np.where(forbidden(levels, families=weights.families), 0.0, chance)
    kept = chance >= LOOKED_AT
    table = {"pattern": patterns[kept], "chance": chance[kept], "reason": reason[kept], "dated": levels["b"][kept] > 0}
    connection.register("weighed", pl.DataFrame(table).to_arrow())
    pairs = connection.execute(
        "SELECT a, b, chance, reason, dated FROM w.pairs JOIN weighed USING (pattern)"
    ).fetchnumpy()
    connection.unregister("weighed")
    connection.execute("DROP TABLE w.pairs")
    links = Links(
        np.asarray(pairs["a"], dtype=np.int64),
        np.asarray(pairs["b"], dtype=np.int64),
        np.asarray(pairs["chance"], dtype=np.float64),
        np.asarray(pairs["reason"], dtype=np.int64),
    )
    together = answers.not_separated(links)
    links, dated = links.take(together), np.asarray(pairs["dated"])[together]
    return _among_rivals(connection, frequencies.identities, links, dated).sorted(), weights


def _among_rivals(connection: Any, size: int, links: Links, dated: Any) -> Links:
    """An undated file is of one person only: it goes to the likeliest, with the chance of being any of its rivals."""
    undated = np.zeros(size, dtype=bool)
    found = connection.execute("SELECT iid FROM w.identities WHERE day IS NULL").fetchnumpy()["iid"]
    undated[np.asarray(found, dtype=np.int64)] = True
    sure = dated & (links.chance >= FOLLOWED)
    cluster = labels_of(size, links.a[sure], links.b[sure])
    odds = links.chance / np.maximum(1 - links.chance, 1e-9)
    chance = links.chance.copy()
    for one, other in ((links.a, links.b), (links.b, links.a)):
        # Rivals are dated persons: two undated files of one name say nothing against each other.
        mine = np.flatnonzero(~dated & undated[one] & ~undated[other])
        if not len(mine):
            continue
        table = pl.DataFrame({"file": one[mine], "person": cluster[other[mine]], "odds": odds[mine]})
        persons = table.group_by("file", "person").agg(pl.col("odds").max())
        persons = persons.sort("file", "odds", "person", descending=[False, True, False])
        choice = persons.group_by("file", maintain_order=True).agg(
            pl.col("person").first().alias("chosen"), pl.col("odds").sum().alias("any")
        )
        told = table.join(choice, on="file", how="left", maintain_order="left")
        any_odds, chosen = told["any"].to_numpy(), (told["person"] == told["chosen"]).to_numpy()
        chance[mine] = np.where(chosen, any_odds / (1 + any_odds), 0.0)
    kept = chance >= LOOKED_AT
    return Links(links.a, links.b, chance, links.reason).take(kept)


def _guarded(connection: Any, size: int, links: Links, answers: Answers, *, families: bool) -> Links:
    """The links without those that would bring a contradiction into a person, with what a person answered.

    Dates contradict among families only.
    """
    followed = links.chance >= STRETCHED
    label = labels_of(size, links.a[followed], links.b[followed])
    large = np.flatnonzero(np.bincount(label, minlength=1)[label] > 2)
    table = pl.DataFrame({"iid": large, "label": label[large]})
    connection.register("labelled", table.to_arrow())
    told = connection.execute("""
        WITH told AS (SELECT iid, label, day, CASE WHEN own_kind = 'final' THEN own_number END AS nir,
                strftime(died, '%Y%m%d') AS died
            FROM labelled JOIN w.identities USING (iid)),
        mixed AS (SELECT label FROM told GROUP BY label
            HAVING count(DISTINCT day) > 1 OR count(DISTINCT nir) > 1 OR count(DISTINCT died) > 1)
        SELECT iid, day, nir, died FROM told SEMI JOIN mixed USING (label) ORDER BY iid
    """).fetchall()
    connection.unregister("labelled")
    traits = {iid: (day if families else None, nir, died) for iid, day, nir, died in told}
    inside = np.zeros(size, dtype=bool)
    inside[np.fromiter(traits, dtype=np.int64, count=len(traits))] = True
    # A weak link between two persons of whom one is mixed is looked at too: it bounds the count from below.
    risky = inside[links.a] & inside[links.b] & (label[links.a] == label[links.b])
    positions = np.flatnonzero(risky | answers.risky(size, links))
    kept = np.ones(len(links), dtype=bool)
    kept[positions] = False
    kept[positions[without_contradictions(links.take(positions), traits, answers.apart)]] = True
    return links.take(kept)


def _poor(connection: Any) -> tuple[Ints, Floats]:
    """Identities that name somebody and say nothing else of him; and how many strangers bear each one's names."""
    found = connection.execute("""
        SELECT iid, (SELECT count(*) FROM w.identities)
            * pow(2, -coalesce(family_rarity, 0) - coalesce(given_rarity, 0)) AS namesakes
        FROM w.identities WHERE coalesce(family, given) IS NOT NULL AND day IS NULL AND NOT reachable
            AND coalesce(nir, ins, file_number) IS NULL ORDER BY iid
    """).fetchnumpy()
    return np.asarray(found["iid"], dtype=np.int64), np.asarray(found["namesakes"], dtype=np.float64)


def _untold(tree: Links, poor: Ints, namesakes: Floats, usual: float) -> float:
    """Second files expected among the poor ones, beyond what their links already tell.

    How often a poor file is a second one is seen on those whose names are rare; `usual`, the share among all files,
    where these are too few.
    """
    if not len(poor):
        return 0.0
    best: Floats = np.zeros(int(max(poor.max(), tree.a.max(initial=0), tree.b.max(initial=0))) + 1)
    for side in (tree.a, tree.b):
        np.maximum.at(best, side, tree.chance)
    rare = namesakes < RARE_NAMESAKES
    share = (float((best[poor[rare]] >= FOLLOWED).sum()) + ASIDE * usual) / (float(rare.sum()) + ASIDE)
    return float(np.maximum(share - best[poor], 0).sum())


def _store_doubt(connection: Any, links: Links, p2: Ints) -> None:
    """`w.controller_doubt` (controller, joined, missed): the errors expected among each controller's own files."""
    same = p2[links.a] == p2[links.b]
    frame = pl.DataFrame({
        "a": links.a, "b": links.b,
        "joined": np.where(same, 1 - links.chance, 0.0), "missed": np.where(same, 0.0, links.chance),
    })  # fmt: skip
    connection.register("doubtful", frame.filter(pl.max_horizontal("joined", "missed") > DOUBTFUL).to_arrow())
    # Sums of decimals, not of floats: the order in which threads add them must not show.
    connection.execute("""
        CREATE OR REPLACE TABLE w.controller_doubt AS
        SELECT x.controller, CAST(sum(CAST(joined AS DECIMAL(18, 6))) AS DOUBLE) AS joined,
            CAST(sum(CAST(missed AS DECIMAL(18, 6))) AS DOUBLE) AS missed
        FROM doubtful JOIN w.identities x ON x.iid = a JOIN w.identities y ON y.iid = b AND x.controller = y.controller
        GROUP BY x.controller
    """)
    connection.unregister("doubtful")


def _store(connection: Any, labels: tuple[Ints, Ints, Ints], merges: Links) -> None:
    p1, p2, p3 = labels
    frame = pl.DataFrame({"iid": np.arange(len(p2)), "p1": p1, "p2": p2, "p3": p3})
    connection.register("labels", frame.to_arrow())
    connection.execute(
        "CREATE OR REPLACE TABLE w.persons AS SELECT rid, p1, p2, p3 FROM w.identity_records JOIN labels USING (iid) "
        "ORDER BY rid"
    )
    connection.unregister("labels")
    rule = pl.Series([one.id for one in NAMED_RULES]).gather(merges.reason)
    frame = pl.DataFrame({"a": merges.a, "b": merges.b, "reason": rule, "chance": merges.chance})
    connection.register("merges", frame.to_arrow())
    connection.execute("""
        CREATE OR REPLACE TABLE w.merges AS
        WITH first AS (SELECT iid, min(rid) AS rid FROM w.identity_records GROUP BY iid)
        SELECT x.rid AS a, y.rid AS b, reason, chance FROM merges JOIN first x ON x.iid = a JOIN first y ON y.iid = b
        ORDER BY a, b
    """)
    connection.unregister("merges")
    for table in ("w.identity_records", "w.identities", "w.contacts"):
        connection.execute(f"DROP TABLE {table}")
