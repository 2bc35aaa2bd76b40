"""What may leave: which words of an output are words of the extract.

The leak gate turns every output into keys (runs of words written together, numbers that look like a telephone or a
NIR) and asks here which of them the workspace knows. The search goes from the outputs to the extract, so that its
cost follows the size of the outputs and not the 15 million records.
"""

from __future__ import annotations

from typing import Any

import polars as pl

NOTE_WORDS = 5  # words in a row that, taken from a note, are taken for a quotation; a choice
FAMILY_NAME_LETTERS = 5  # a shorter name standing alone is too often an ordinary word; a choice

_WORDS = "string_split(trim(regexp_replace(upper(strip_accents(text)), '[^A-Z0-9]+', ' ', 'g')), ' ')"
# Every record that names somebody: the patients, and the other tables (professionals, accounts).
_EVERY = "(SELECT * FROM w.records UNION ALL BY NAME SELECT * FROM w.others)"
_TEXTS = "(SELECT text FROM w.notes UNION SELECT note FROM w.others WHERE note IS NOT NULL)"

# For each kind: the keys of the extract. Keys are upper-case letters and digits without anything between them.
_SECRETS = {
    "name": f"""SELECT family || given AS key FROM {_EVERY} UNION SELECT given || family FROM {_EVERY}
        UNION SELECT birth || given FROM {_EVERY} UNION SELECT given || birth FROM {_EVERY}""",
    "family_name": f"SELECT DISTINCT family AS key FROM {_EVERY} WHERE length(family) >= {FAMILY_NAME_LETTERS}",
    "email": f"SELECT DISTINCT regexp_replace(upper(strip_accents(email)), '[^A-Z0-9]', '', 'g') AS key FROM {_EVERY}",
    "phone": f"SELECT DISTINCT right(unnest(phones), 9) AS key FROM {_EVERY}",
    "nir": f"SELECT DISTINCT left(nir, 13) AS key FROM {_EVERY}",
    "address": f"SELECT DISTINCT address AS key FROM {_EVERY}",
    "note": f"""SELECT DISTINCT array_to_string(words[first : first + {NOTE_WORDS - 1}], '') AS key FROM (
        SELECT words, unnest(range(1, greatest(len(words) - {NOTE_WORDS - 2}, 2))) AS first
        FROM (SELECT {_WORDS} AS words FROM {_TEXTS})) WHERE len(words) > 1""",
}
_SHORTEST_KEY = {"name": 7, "note": 12, "address": 8, "email": 8}


def known(connection: Any, candidates: pl.DataFrame) -> pl.DataFrame:
    """The candidates (file, kind, key) that the extract holds, counted: file, kind, found. Never the keys."""
    found: list[pl.DataFrame] = []
    connection.register("candidates", candidates.to_arrow())
    for kind, secrets in _SECRETS.items():
        shortest = _SHORTEST_KEY.get(kind, 1)
        table = connection.sql(
            f"SELECT file, kind, count(*) AS found FROM candidates SEMI JOIN ({secrets}) s USING (key) "
            f"WHERE kind = '{kind}' AND length(key) >= {shortest} GROUP BY file, kind ORDER BY file"
        ).to_arrow_table()
        found.append(pl.DataFrame(pl.from_arrow(table)))
    connection.unregister("candidates")
    return pl.concat(found)
