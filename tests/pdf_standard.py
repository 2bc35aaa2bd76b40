"""What a machine can check of PDF/UA-1 and PDF/A-3a, read with pypdf: each failure by the number of its condition.

Numbers are those of the Matterhorn Protocol 1.1 (the failure conditions of ISO 14289-1) where it has one; "A-" marks
a condition of ISO 19005-3. It is a part of both standards, not a validator: docs/developper.md says which is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, IndirectObject

PAINTS = {
    b"Tj",
    b"TJ",
    b"'",
    b'"',
    b"Do",
    b"f",
    b"F",
    b"f*",
    b"B",
    b"B*",
    b"b",
    b"b*",
    b"S",
    b"s",
    b"sh",
    b"INLINE IMAGE",
}
STANDARD_TYPES = set(
    re.findall(
        r"\w+",
        "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl "
        "LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP "
        "Warichu WT WP Figure Formula Form",
    )
)


def resolved(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value


def failures(reader: PdfReader) -> set[str]:
    """The conditions that the document fails; empty where it fails none of those looked at."""
    root = resolved(reader.trailer["/Root"])
    found = {code for look in (_document, _metadata, _archive, _attachments) for code in look(reader, root)}
    elements = list(_elements(root))
    found.update(_structure(root, elements))
    found.update(_tables(root, elements))
    found.update(_content(reader, root, elements))
    found.update(_fonts(reader))
    return found


def _document(reader: PdfReader, root: Any) -> Iterator[str]:
    if "/Lang" not in root or not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", str(root["/Lang"])):
        yield "11-006 no language"
    if not resolved(root.get("/MarkInfo", {})).get("/Marked"):
        yield "06-001 not marked as tagged"
    if not resolved(root.get("/ViewerPreferences", {})).get("/DisplayDocTitle"):
        yield "07-001 the title is not displayed"
    if "/Encrypt" in reader.trailer:
        yield "26-001 encrypted"
    names = resolved(root.get("/Names", {}))
    if "/JavaScript" in names or "/AA" in root or "/JavaScript" in str(resolved(root.get("/OpenAction", ""))):
        yield "29-001 script"
    if any("/Annots" in page and page.get("/Tabs") != "/S" for page in reader.pages):
        yield "28-001 order of links"


def _metadata(_reader: PdfReader, root: Any) -> Iterator[str]:
    stream = resolved(root.get("/Metadata"))
    xmp = stream.get_data().decode("utf-8") if stream is not None else ""
    if "<pdfuaid:part>1<" not in xmp:
        yield "06-002 PDF/UA is not claimed"
    if not re.search(r"<dc:title>.*?<rdf:li[^>]*>[^<]+<", xmp, re.S):
        yield "06-003 no title"
    if "<pdfaid:part>3<" not in xmp or "<pdfaid:conformance>A<" not in xmp:
        yield "A-6.6.4 PDF/A-3a is not claimed"
    if stream is not None and "/Filter" in stream:
        yield "A-6.6.2 metadata compressed"


def _archive(reader: PdfReader, root: Any) -> Iterator[str]:
    intents = [resolved(one) for one in resolved(root.get("/OutputIntents", ArrayObject()))]
    if not any(one.get("/S") == "/GTS_PDFA1" and "/DestOutputProfile" in one for one in intents):
        yield "A-6.2.3 no output intent"
    if "/ID" not in reader.trailer:
        yield "A-6.1.3 no identifier"


def _attachments(_reader: PdfReader, root: Any) -> Iterator[str]:
    files = resolved(root.get("/AF", ArrayObject()))
    named = resolved(resolved(root.get("/Names", {})).get("/EmbeddedFiles", {})).get("/Names", ArrayObject())
    specs = [resolved(one) for one in resolved(named)[1::2]]
    if specs and len(files) != len(specs):
        yield "A-6.8 an attachment is not associated with the document"
    for one in specs:
        if one.get("/AFRelationship") not in {"/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified"}:
            yield "A-6.8 an attachment without relationship"
        if not {"/F", "/UF", "/Desc"} <= set(one):
            yield "A-6.8 an attachment without name or description"
        if "/Subtype" not in resolved(resolved(one["/EF"])["/F"]):
            yield "A-6.8 an attachment without type"


def _elements(root: Any) -> Iterator[tuple[int, DictionaryObject]]:
    """Every element of the structure, with its depth, in reading order."""
    todo: list[tuple[int, Any]] = [(0, resolved(root.get("/StructTreeRoot", {})).get("/K"))]
    while todo:
        depth, node = todo.pop()
        node = resolved(node)
        if isinstance(node, ArrayObject):
            todo += [(depth, one) for one in reversed(node)]
        elif isinstance(node, DictionaryObject) and "/S" in node:
            yield depth, node
            todo.append((depth + 1, node.get("/K")))


def _kind(root: Any, element: DictionaryObject) -> str:
    """The standard type of an element, through the role map."""
    roles = resolved(resolved(root["/StructTreeRoot"]).get("/RoleMap", {}))
    kind = str(element["/S"])
    return str(roles.get(kind, kind)).removeprefix("/")


def _structure(root: Any, elements: list[tuple[int, DictionaryObject]]) -> Iterator[str]:
    if not elements:
        yield "01-006 no structure"
    level = 0
    for _depth, one in elements:
        kind = _kind(root, one)
        if kind not in STANDARD_TYPES:
            yield "02-001 a type without standard meaning"
        if kind == "Figure" and not str(one.get("/Alt", "")).strip():
            yield "13-004 a figure without alternative text"
        if re.fullmatch("H[1-6]", kind):
            if int(kind[1]) > level + 1:
                yield "14-003 a heading level is left out" if level else "14-002 the first heading is not H1"
            level = int(kind[1])
        if kind == "LI" and not any(_kind(root, child) == "LBody" for child in _children(one)):
            yield "16-003 a list item without body"


def _children(element: DictionaryObject) -> list[DictionaryObject]:
    kids = resolved(element.get("/K"))
    listed = kids if isinstance(kids, ArrayObject) else [kids]
    return [one for kid in listed if isinstance(one := resolved(kid), DictionaryObject) and "/S" in one]


def _attribute(element: DictionaryObject, name: str) -> Any:
    owners = resolved(element.get("/A"))
    for one in owners if isinstance(owners, ArrayObject) else [owners]:
        held = resolved(one)
        if isinstance(held, DictionaryObject) and name in held:
            return held[name]
    return None


def _tables(root: Any, elements: list[tuple[int, DictionaryObject]]) -> Iterator[str]:
    for _depth, table in elements:
        if _kind(root, table) != "Table":
            continue
        rows = [row for row in _inside(root, table) if _kind(root, row) == "TR"]
        cells = [[cell for cell in _children(row) if _kind(root, cell) in {"TH", "TD"}] for row in rows]
        heads = [cell for row in cells for cell in row if _kind(root, cell) == "TH"]
        if not heads:
            yield "15-003 a table without header"
        if any(_attribute(cell, "/Scope") is None for cell in heads):
            yield "15-003 a header cell without scope"
        if len({sum(int(_attribute(cell, "/ColSpan") or 1) for cell in row) for row in cells}) > 1:
            yield "09-004 rows of different lengths"


def _inside(root: Any, table: DictionaryObject) -> Iterator[DictionaryObject]:
    """The rows of a table, those of its head, body and foot too."""
    for one in _children(table):
        if _kind(root, one) in {"THead", "TBody", "TFoot"}:
            yield from _children(one)
        else:
            yield one


def _content(reader: PdfReader, root: Any, elements: list[tuple[int, DictionaryObject]]) -> Iterator[str]:
    """Everything painted is tagged or an artifact, never both; each tag is in the structure exactly once."""
    claimed: dict[int, list[int]] = {}
    for _depth, one in elements:
        page = one.raw_get("/Pg").idnum if "/Pg" in one else 0
        kids = resolved(one.get("/K"))
        for kid in kids if isinstance(kids, ArrayObject) else [kids]:
            kid = resolved(kid)
            if isinstance(kid, int):
                claimed.setdefault(page, []).append(int(kid))
            elif isinstance(kid, DictionaryObject) and "/MCID" in kid:
                where = kid.raw_get("/Pg").idnum if "/Pg" in kid else page
                claimed.setdefault(where, []).append(int(kid["/MCID"]))
    for page in reader.pages:
        marks, loose = _marks(page, reader)
        if loose:
            yield "01-005 content neither tagged nor artifact"
        number = page.indirect_reference.idnum if page.indirect_reference else 0
        here = claimed.get(number, [])
        if sorted(marks) != sorted(here):
            yield "01-004 tags and structure differ"


def _marks(page: Any, reader: PdfReader) -> tuple[set[int], int]:
    """The marked-content ids of a page, and how much is painted outside any mark."""
    marks: set[int] = set()
    loose, open_marks = 0, []
    for operands, operator in ContentStream(page["/Contents"], reader).operations:
        if operator in (b"BDC", b"BMC"):
            held = resolved(operands[1]) if len(operands) > 1 else {}
            if isinstance(held, DictionaryObject) and "/MCID" in held:
                marks.add(int(held["/MCID"]))
            open_marks.append(operands[0] == "/Artifact" or (isinstance(held, DictionaryObject) and "/MCID" in held))
        elif operator == b"EMC":
            open_marks.pop()
        elif operator in PAINTS and not any(open_marks):
            loose += 1
    return marks, loose


def _fonts(reader: PdfReader) -> Iterator[str]:
    seen = set()
    for page in reader.pages:
        for font in _fonts_of(resolved(page.get("/Resources", {})), seen):
            described = font
            if "/DescendantFonts" in font:
                described = resolved(resolved(font["/DescendantFonts"])[0])
            descriptor = resolved(described.get("/FontDescriptor", {}))
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor):
                yield "31-009 a font is not embedded"
            if "/ToUnicode" not in font:
                yield "10-001 a font without Unicode"


def _fonts_of(resources: Any, seen: set[int]) -> Iterator[Any]:
    """The fonts of a page and of the pictures drawn on it."""
    for one in resolved(resources.get("/Font", {})).values():
        yield resolved(one)
    for reference in resolved(resources.get("/XObject", {})).values():
        held = resolved(reference)
        if id(held) not in seen and held.get("/Subtype") == "/Form":
            seen.add(id(held))
            yield from _fonts_of(resolved(held.get("/Resources", {})), seen)
