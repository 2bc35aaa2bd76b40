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
from breachkit.report.glyphs import settable

if TYPE_CHECKING:
    import typst

_PROBE = b'#set document(title: "x")\n#set text(font: "Libertinus Serif", lang: "fr")\n#sys.inputs.data'
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


def warm_fonts() -> None:
    """Reads the fonts, once for this process and those forked from it; starts no thread, as a page would."""
    _fonts()


def _compiled(source: bytes, inputs: dict[str, str], dated: date) -> bytes:
    import typst

    return typst.compile(
        source,
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=list(STANDARDS),
        timestamp=datetime.combine(dated, time(), tzinfo=UTC),
    )


@cache
def _held(text: str) -> bool:
    """Whether the fonts hold every character of a text, in the face and under the standards of our pages."""
    import typst

    try:
        _compiled(_PROBE, {"data": text}, date(2000, 1, 1))
    except typst.TypstError:
        return False
    return True


def _nothing_held(_text: str) -> bool:
    return False


def typeset(template: str, data: dict[str, Any], *, dated: date) -> bytes:
    """The PDF of a template of `report/templates/` filled with JSON values; the same data give the same bytes.

    Texts are first made settable (`glyphs`). Where Typst still refuses, the page is set once more with only common
    characters and plain breaks: a page that shows boxes is worth more than none. InternalError where that fails
    too; Typst's own message is withheld, since it may quote the data.
    """
    import typst

    source = _template(template)
    for holds, raw_breaks in ((_held, False), (_nothing_held, True)):
        content = settable(data, holds) | {"raw-breaks": raw_breaks}
        try:
            return _compiled(source, {"data": json.dumps(content, ensure_ascii=False)}, dated)
        except typst.TypstError as error:
            refused = error
    raise InternalError("report", refused) from None
