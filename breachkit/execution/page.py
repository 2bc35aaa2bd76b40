"""An executed notebook as one HTML page that stands alone: no script, nothing fetched.

A reader sees the figures; whoever checks them ticks a box, and the code of each cell stands above its result.
Drawn by nbconvert's own templates; what is the same in a thousand pages (markdown, coloured code) is made once.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "page_template"
WORDS = {
    "fr": {
        "show": "Montrer le code des calculs (pour un contrôle)",
        "code": "Code de cette cellule",
        "parameters": "Paramètres par défaut",
        "given": "Paramètres de cette exécution",
    },
    "en": {
        "show": "Show the code of the figures (for an audit)",
        "code": "Code of this cell",
        "parameters": "Default parameters",
        "given": "Parameters of this run",
    },
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
    return _exporter_class()(
        template_name="breachkit",
        extra_template_basedirs=[str(FOLDER)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        default_preprocessors=[],
    )


def _exporter_class() -> Any:
    from jinja2 import pass_context
    from nbconvert import HTMLExporter
    from nbconvert.exporters.templateexporter import TemplateExporter
    from nbconvert.filters import Highlight2HTML

    class PageExporter(HTMLExporter):
        """nbconvert's page, not parsed again to mend what our outputs have already (an alternative text)."""

        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self._made: dict[str, Any] = {}
            self._colour = Highlight2HTML(pygments_lexer="ipython3", parent=self)

        @pass_context
        def markdown2html(self, context: Any, source: str) -> Any:
            if context.get("cell", {}).get("attachments"):
                return super().markdown2html(context, source)
            if source not in self._made:
                self._made[source] = super().markdown2html(context, source)
            return self._made[source]

        def _coloured(self, source: str, **_options: Any) -> Any:
            key = f"code:{source}"
            if key not in self._made:
                self._made[key] = self._colour(source)
            return self._made[key]

        def _preprocess(self, nb: Any, resources: Any) -> Any:
            return nb, resources  # there is nothing to do to it, so it need not be copied and checked

        def from_notebook_node(self, nb: Any, resources: Any = None, **options: Any) -> Any:
            self.register_filter("highlight_code", self._coloured)
            return TemplateExporter.from_notebook_node(self, nb, resources, **options)

    return PageExporter
