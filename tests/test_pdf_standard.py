"""Every PDF is what it claims: PDF/UA-1 and PDF/A-3a, as far as a machine can check it; each check has its control."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from tests.documents import WRITERS, document
from tests.pdf_standard import _elements, _kind, failures, resolved


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", WRITERS)
def test_every_document_is_what_it_claims(name: str, language: str) -> None:
    reader = PdfReader(BytesIO(document(name, language)), strict=True)
    assert failures(reader) == set()
    assert str(resolved(reader.trailer["/Root"])["/Lang"]).startswith(language)


def root_of(reader: PdfReader) -> Any:
    return resolved(reader.trailer["/Root"])


def first(reader: PdfReader, kind: str) -> DictionaryObject:
    """The first element of a kind, as it is in the document: a change of it is a change of the document."""
    root = root_of(reader)
    return next(one for _depth, one in _elements(root) if _kind(root, one) == kind)


def without(reader: PdfReader, key: str) -> None:
    del root_of(reader)[NameObject(key)]


def metadata(reader: PdfReader, old: str, new: str) -> None:
    stream = resolved(root_of(reader)["/Metadata"])
    stream._data = stream.get_data().replace(old.encode(), new.encode())


def renamed(reader: PdfReader, kind: str, other: str) -> None:
    first(reader, kind)[NameObject("/S")] = NameObject(f"/{other}")


def loose_text(reader: PdfReader) -> None:
    page = reader.pages[0]
    stream = DecodedStreamObject()
    stream.set_data(resolved(page["/Contents"]).get_data() + b"\n0 0 10 10 re f\n")
    page[NameObject("/Contents")] = stream


def first_font(reader: PdfReader) -> DictionaryObject:
    fonts = resolved(resolved(reader.pages[0]["/Resources"])["/Font"])
    found: DictionaryObject = resolved(next(iter(fonts.values())))
    return found


def unembedded(reader: PdfReader) -> None:
    descriptor = resolved(resolved(resolved(first_font(reader)["/DescendantFonts"])[0])["/FontDescriptor"])
    for key in [one for one in descriptor if one.startswith("/FontFile")]:
        del descriptor[key]


def unrelated(reader: PdfReader) -> None:
    named = resolved(resolved(resolved(root_of(reader)["/Names"])["/EmbeddedFiles"])["/Names"])
    del resolved(named[1])[NameObject("/AFRelationship")]


def scripted(reader: PdfReader) -> None:
    root_of(reader)[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )


def uneven(reader: PdfReader) -> None:
    row = first(reader, "TR")
    kids = resolved(row["/K"])
    row[NameObject("/K")] = ArrayObject(kids[:-1])


SPOILED: dict[str, Callable[[PdfReader], None]] = {
    "11-006 no language": lambda reader: without(reader, "/Lang"),
    "06-001 not marked as tagged": lambda reader: without(reader, "/MarkInfo"),
    "07-001 the title is not displayed": lambda reader: without(reader, "/ViewerPreferences"),
    "29-001 script": scripted,
    "06-002 PDF/UA is not claimed": lambda reader: metadata(reader, "pdfuaid:part>1", "pdfuaid:part>9"),
    "06-003 no title": lambda reader: metadata(reader, "dc:title>", "dc:other>"),
    "A-6.6.4 PDF/A-3a is not claimed": lambda reader: metadata(reader, "conformance>A", "conformance>B"),
    "A-6.2.3 no output intent": lambda reader: without(reader, "/OutputIntents"),
    "A-6.1.3 no identifier": lambda reader: reader.trailer.pop(NameObject("/ID")),
    "A-6.8 an attachment is not associated with the document": lambda reader: without(reader, "/AF"),
    "A-6.8 an attachment without relationship": unrelated,
    "01-006 no structure": lambda reader: resolved(root_of(reader)["/StructTreeRoot"]).pop("/K"),
    "02-001 a type without standard meaning": lambda reader: renamed(reader, "P", "Whatever"),
    "13-004 a figure without alternative text": lambda reader: first(reader, "Figure").pop("/Alt"),
    "14-003 a heading level is left out": lambda reader: renamed(reader, "H2", "H4"),
    "14-002 the first heading is not H1": lambda reader: renamed(reader, "H1", "H2"),
    "16-003 a list item without body": lambda reader: renamed(reader, "LBody", "P"),
    "15-003 a header cell without scope": lambda reader: first(reader, "TH").pop("/A"),
    "09-004 rows of different lengths": uneven,
    "01-005 content neither tagged nor artifact": loose_text,
    "01-004 tags and structure differ": lambda reader: first(reader, "P").pop("/K"),
    "31-009 a font is not embedded": unembedded,
    "10-001 a font without Unicode": lambda reader: first_font(reader).pop("/ToUnicode"),
}


@pytest.mark.parametrize("condition", SPOILED)
def test_a_spoiled_document_is_seen(condition: str) -> None:
    large = condition[:6] in ("13-004", "14-003", "16-003")  # what the short sheet does not have
    reader = PdfReader(BytesIO(document("impact" if large else "controller", "fr")))
    SPOILED[condition](reader)
    assert condition in failures(reader)


def test_an_encrypted_document_is_seen(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=BytesIO(document("controller", "fr")))
    writer.encrypt("", algorithm="RC4-128")
    writer.write(tmp_path / "e.pdf")
    assert "26-001 encrypted" in failures(PdfReader(tmp_path / "e.pdf"))
