"""controllers/index.html and index.csv: every sheet of a batch, drawn from the ledger and the impact alone.

In both languages at once, so that the same ledger gives the same bytes; no figure, no name but the controllers'.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from html import escape
from pathlib import Path
from urllib.parse import quote

from breachkit.execution.ledger import Entry
from breachkit.impact import Impact

HTML, CSV = "index.html", "index.csv"
COLUMNS = ("id", "label", "state", "error", "folder", "pdf", "page", "notebook", "figures")
LINKS = (("PDF", "rapport.pdf"), ("Page", "rapport.html"), ("Carnet · Notebook", "rapport.ipynb"))
STATES = {"done": "Fait · Done", "failed": "Échec · Failed", "": "À faire · To do"}
STYLE = """body{font:15px/1.5 system-ui,sans-serif;color:#20262e;margin:2em auto;max-width:70em;padding:0 1em}
table{border-collapse:collapse;width:100%}caption{text-align:left;padding:.4em 0}
th,td{text-align:left;padding:.3em .8em .3em 0;border-bottom:1px solid #d5d9de;vertical-align:top}
thead th{border-bottom:2px solid #8a8f98}tbody th{font-weight:400}
.failed td,.failed th{background:#fdf0e6}.q{color:#5b626c}"""


def index_files(impact: Impact, ledger: Mapping[str, Entry]) -> dict[str, bytes]:
    """Both files by name; the same impact and ledger (times apart) give the same bytes."""
    rows = [(one.id, one.label or "", ledger.get(one.id)) for one in impact.controllers]
    return {HTML: _html(rows).encode("utf-8"), CSV: _csv(rows).encode("utf-8")}


def write_index(folder: Path, impact: Impact, ledger: Mapping[str, Entry]) -> None:
    """Writes both files into `folder`, each in one move."""
    for name, content in index_files(impact, ledger).items():
        staging = folder / f".{name}.part"
        staging.write_bytes(content)
        staging.replace(folder / name)


Row = tuple[str, str, Entry | None]


def _csv(rows: list[Row]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for controller, label, entry in rows:
        if entry is None or entry.state != "done":
            error = entry.error if entry else ""
            writer.writerow([controller, label, entry.state if entry else "", error, "", "", "", "", ""])
            continue
        names = ("rapport.pdf", "rapport.html", "rapport.ipynb", "impact.json")
        links = [f"{entry.folder}/{name}" for name in names]
        writer.writerow([controller, label, entry.state, "", entry.folder, *links])
    return buffer.getvalue()


def _html(rows: list[Row]) -> str:
    done = sum(entry is not None and entry.state == "done" for _id, _label, entry in rows)
    failed = sum(entry is not None and entry.state == "failed" for _id, _label, entry in rows)
    left = len(rows) - done - failed
    counts = f"Responsables\u202f: {len(rows)} · faits\u202f: {done} · en échec\u202f: {failed} · à faire\u202f: {left}"
    english = f"Controllers: {len(rows)} · done: {done} · failed: {failed} · to do: {left}"
    heads = ("Identifiant · Identifier", "Responsable · Controller", "État · State", "Fichiers · Files")
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = "\n".join(_row(*row) for row in rows)
    return (
        '<!doctype html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Fiches des responsables</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        '<h1>Fiches des responsables <span class="q" lang="en">Controllers’ sheets</span></h1>\n'
        f'<table>\n<caption>{counts}<br><span class="q" lang="en">{english}</span></caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</body>\n</html>\n"
    )


def _row(controller: str, label: str, entry: Entry | None) -> str:
    state = entry.state if entry else ""
    shown = STATES[state] + (f" ({escape(entry.error)})" if entry and entry.error else "")
    links = ""
    if entry and state == "done":
        links = " ".join(f'<a href="{quote(entry.folder)}/{name}">{words}</a>' for words, name in LINKS)
    mark = ' class="failed"' if state == "failed" else ""
    return (
        f'<tr{mark}><th scope="row">{escape(controller)}</th><td>{escape(label)}</td>'
        f"<td>{shown}</td><td>{links}</td></tr>"
    )
