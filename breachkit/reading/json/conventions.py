"""What known programs and interfaces write around records in JSON."""

from __future__ import annotations

import re

from breachkit.reading.header import plain

# Keys of what an interface wraps around its records; a scalar under another key is a record's own.
ENVELOPE_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
    total totalcount count size page pages per_page perpage pagesize page_size limit offset cursor next previous
    prev first last self has_more hasmore more status statut success ok error errors erreur message msg took
    timed_out successful skipped failed relation max_score version api schema resourcetype timestamp generated
    generated_at generatedat exported exported_at exportedat encoding request_id requestid duration totalresults
    itemsperpage totalpages totalitems draw recordstotal recordsfiltered __count etag href rel query
    pandas_version
    """,
    )
)
# Collections whose own name, type or identifier is no record's: GeoJSON (RFC 7946), FHIR R4,
# Elasticsearch.
COLLECTIONS = ({"type", "features"}, {"resourceType", "entry"}, {"took", "hits"})
ACTIONS = ("index", "create", "update", "delete")  # Elasticsearch, « Bulk API »
COLUMNS_KEY, ROWS_KEY = "columns", "data"  # pandas, DataFrame.to_json(orient="split")


def is_envelope(key: str) -> bool:
    """Whether a key is one of those that interfaces put around records."""
    return plain(key).lstrip("_") in ENVELOPE_WORDS or key.startswith("@")
