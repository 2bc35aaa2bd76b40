"""What the notes say, stored beside them: `w.mentions`, never the words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

BATCH_NOTES = 100_000

FindMentions = Callable[[pl.Series], pl.DataFrame]


def store_mentions(connection: Any, find_mentions: FindMentions) -> None:
    """Makes `w.mentions` (note_id, category, topic, assertion, subject, start, "end", rule) from `w.notes`.

    `find_mentions` is the freetext room's: a series of distinct texts to a frame with `text_index`.
    """
    connection.execute(
        "CREATE OR REPLACE TABLE w.mentions (note_id BIGINT, category VARCHAR, topic VARCHAR, assertion VARCHAR, "
        'subject VARCHAR, start BIGINT, "end" BIGINT, rule VARCHAR)'
    )
    first = 0
    while True:
        query = f"SELECT note_id, text FROM w.notes WHERE note_id >= {first} ORDER BY note_id LIMIT {BATCH_NOTES}"
        notes = pl.DataFrame(pl.from_arrow(connection.sql(query).to_arrow_table()))
        if notes.is_empty():
            return
        found = find_mentions(notes["text"])
        ids = notes["note_id"].gather(found["text_index"])
        frame = found.select(
            ids.alias("note_id"), "category", "topic", "assertion", "subject", "start", "end", "rule"
        ).with_columns(pl.col("topic").cast(pl.String))
        connection.register("found", frame.to_arrow())
        connection.execute("INSERT INTO w.mentions SELECT * FROM found")
        connection.unregister("found")
        first = int(notes["note_id"][-1]) + 1
