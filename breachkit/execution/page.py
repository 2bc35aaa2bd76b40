"""An executed notebook as one HTML page that stands alone: no script, nothing fetched, code folded away."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "page_template"
WORDS = {
    "fr": {
        "code": "Code de cette cellule",
        "parameters": "Paramètres par défaut",
        "given": "Paramètres de cette exécution",
    },
    "en": {"code": "Code of this cell", "parameters": "Default parameters", "given": "Parameters of this run"},
}


def page_html(notebook: Any, language: str = "fr") -> str:
    """The page of a notebook (nbformat node); its title is the notebook's first heading."""
    resources = {
        "page": {
            "language": language,
            "title": _title(notebook),
            "style": _style(),
            "words": WORDS.get(language, WORDS["fr"]),
        }
    }
    html, _resources = _exporter().from_notebook_node(notebook, resources=resources)
    return str(html)


def _title(notebook: Any) -> str:
    lines = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    return next((line.lstrip("# ").strip() for line in lines if line.startswith("# ")), "breachkit")


@cache
def _style() -> str:
    from pygments.formatters import HtmlFormatter

    colours = HtmlFormatter(style="default").get_style_defs(".highlight")
    return (FOLDER / "page.css").read_text(encoding="utf-8") + str(colours)


@cache
def _exporter() -> Any:
    from nbconvert import HTMLExporter

    return HTMLExporter(
        template_name="breachkit",
        extra_template_basedirs=[str(FOLDER)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
