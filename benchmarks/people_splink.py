"""Splink 5 on the same files: the peer measured beside our weights, its comparisons, its unlabelled training."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any

import polars as pl

THRESHOLDS = (0.5, 0.9, 0.99)


@dataclass(frozen=True)
class Peer:
    """Clusters at each threshold, and the seconds it took."""

    clusters: dict[float, int]
    seconds: float


def settings() -> Any:
    """Names with term frequencies, birth date, contacts, postcode, sex; blocks as narrow as its guide advises."""
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="rid",
        comparisons=[
            cl.NameComparison("family").configure(term_frequency_adjustments=True),
            cl.NameComparison("given").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("born", input_is_string=False),
            cl.ExactMatch("sex"),
            cl.ExactMatch("mobile"),
            cl.ExactMatch("email"),
            cl.ExactMatch("street"),
            cl.ExactMatch("postcode"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("family", "given"),
            block_on("given", "born"),
            block_on("family", "born"),
            block_on("mobile", "given"),
            block_on("street", "given"),
        ],
    )


def count(files: pl.DataFrame) -> Peer:
    """Persons among files (rid, family, given, born, sex, mobile, email, street, postcode)."""
    from splink import DuckDBAPI, Linker, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    begun = time.perf_counter()
    linker = Linker(DuckDBAPI().register(files.to_pandas()), settings(), log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("family", "given", "born"), block_on("mobile", "given")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in (block_on("family", "given"), block_on("born")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=min(THRESHOLDS))
    found = {}
    for threshold in THRESHOLDS:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold)
        found[threshold] = int(clusters.as_duckdbpyrelation().aggregate("count(DISTINCT cluster_id)").fetchall()[0][0])
    return Peer(found, time.perf_counter() - begun)
