"""From a template and plain data to the bytes of a PDF, in memory: no file is read beside the package's own.

The data travel as JSON through `sys.inputs`, so nothing of them is ever read as Typst source. Fonts are those inside
the typst package; the creation date is the date of the figures. The result is PDF/A-3a and PDF/UA-1: tagged,
archivable, with attachments.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from breachkit.errors import InternalError

if TYPE_CHECKING:
    import typst

STANDARDS: tuple[typst.PDFStandard, ...] = ("a-3a", "ua-1")


@cache
def _template(name: str) -> bytes:
    folder = resources.files("breachkit.report").joinpath("templates")
    parts = ("house.typ", f"{name}.typ")
    return b"\n".join(folder.joinpath(part).read_bytes() for part in parts)


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def typeset(template: str, data: dict[str, Any], *, dated: date) -> bytes:
    """The PDF of a template of `report/templates/` filled with JSON values; the same data give the same bytes.

    InternalError where Typst refuses: its own message is withheld, since it may quote the data.
    """
    import typst

    try:
        made = typst.compile(
            _template(template),
            format="pdf",
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=list(STANDARDS),
            timestamp=datetime.combine(dated, time(), tzinfo=UTC),
        )
    except typst.TypstError as error:
        raise InternalError("report", error) from None
    return made
