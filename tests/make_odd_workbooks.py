"""Writes the odd workbooks of tests/data/odd/workbook, byte for byte the same on each run.

By hand, part by part, since no spreadsheet writes such files on request. The `.xls` files beside them were written
once with xlwt and are kept as they are. Run: `python -m tests.make_odd_workbooks`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

FOLDER = Path(__file__).parent / "data" / "odd" / "workbook"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ODF = "urn:oasis:names:tc:opendocument:xmlns"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
# Cell formats by place: 0 general, 1 date, 2 date and time, 3 duration, 4 percent, 5 five digits
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="[h]:mm:ss"/>'
    '<numFmt numFmtId="165" formatCode="00000"/></numFmts><cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="9"/><xf numFmtId="165"/></cellXfs></styleSheet>'
)
Cell = str | int | float | bool | tuple[str, str] | None
Rows = Sequence[Sequence[Cell]]


def letters(column: int) -> str:
    """A for 1, AA for 27."""
    told = ""
    while column:
        column, rest = divmod(column - 1, 26)
        told = chr(65 + rest) + told
    return told


def cell(place: str, value: Cell) -> str:
    """A cell's XML; a pair is (attributes, inner XML) as it stands."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return f'<c r="{place}" {value[0]}>{value[1]}</c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def sheet(rows: Rows, *, first: tuple[int, int] = (1, 1), merged: Sequence[str] = (), dimension: str = "") -> str:
    """The XML of a sheet whose first cell stands at `first` (row, column)."""
    lines = []
    for number, row in enumerate(rows, start=first[0]):
        cells = "".join(cell(f"{letters(at)}{number}", value) for at, value in enumerate(row, start=first[1]))
        if cells:
            lines.append(f'<row r="{number}">{cells}</row>')
    areas = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}">{f"<dimension ref={quoteattr(dimension)}/>" if dimension else ""}'
        f"<sheetData>{''.join(lines)}</sheetData>{f'<mergeCells>{areas}</mergeCells>' if areas else ''}</worksheet>"
    )


def store(path: Path, parts: dict[str, str | bytes]) -> None:
    """A zip with these parts, dated 1980."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 9)


def xlsx(path: Path, sheets: dict[str, str], *, states: dict[str, str] | None = None, **extra: str | bytes) -> None:
    """A workbook of named sheets; `states`: hidden or veryHidden; `extra`: parts of xl/ by name (`__` for a dot)."""
    states = states or {}
    entries, relations, parts = [], [], {}
    for number, (name, content) in enumerate(sheets.items(), start=1):
        state = f' state="{states[name]}"' if name in states else ""
        kind = "chartsheet" if "<chartsheet" in content else "worksheet"
        entries.append(f'<sheet name={quoteattr(name)} sheetId="{number}"{state} r:id="rId{number}"/>')
        relations.append(f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{kind}s/sheet{number}.xml"/>')
        parts[f"xl/{kind}s/sheet{number}.xml"] = content
    shared = "sharedStrings__xml" in extra
    relations.append(f'<Relationship Id="rId90" Type="{OFFICE}/styles" Target="styles.xml"/>')
    if shared:
        relations.append(f'<Relationship Id="rId91" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>')
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    store(
        path,
        {
            "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
            'ContentType="application/xml"/><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
            f'PartName="/xl/workbook.xml" ContentType="{main}"/></Types>',
            "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{"".join(entries)}'
            "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
            f"{''.join(relations)}</Relationships>",
            "xl/styles.xml": STYLES,
            **parts,
            **{f"xl/{name.replace('__', '.')}": content for name, content in extra.items()},
        },
    )


def ods(path: Path, body: str, *, before: str = "") -> None:
    """An OpenDocument workbook with these tables."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    spaces = " ".join(f'xmlns:{name}="{ODF}:{name}:1.0"' for name in ("office", "table", "text"))
    store(
        path,
        {
            "mimetype": kind,
            "META-INF/manifest.xml": f'{HEAD}<m:manifest xmlns:m="{ODF}:manifest:1.0"><m:file-entry '
            f'm:full-path="/" m:media-type="{kind}"/></m:manifest>',
            "content.xml": f"{HEAD}{before}<office:document-content {spaces}><office:body><office:spreadsheet>{body}"
            "</office:spreadsheet></office:body></office:document-content>",
        },
    )


def ods_table(name: str, rows: Sequence[Sequence[str | tuple[str, str]]], attributes: str = "", after: str = "") -> str:
    """A table of an OpenDocument workbook; a pair is (attributes, text shown)."""
    lines = []
    for row in rows:
        cells = []
        for value in row:
            told, text = value if isinstance(value, tuple) else ('office:value-type="string"', value)
            inner = f"<text:p>{escape(text)}</text:p>" if text else ""
            cells.append(f"<table:table-cell {told if text else ''}>{inner}</table:table-cell>")
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return f"<table:table table:name={quoteattr(name)}{attributes}>{''.join(lines)}{after}</table:table>"


PATIENTS: list[list[Cell]] = [
    ["NOM", "PRENOM", "DATE_NAISSANCE", "TELEPHONE"],
    ["DURAND", "Jeanne", "01/02/1960", "01 99 00 12 34"],
    ["PETIT", "Luc", "03/04/1971", "06 39 98 00 01"],
]
DOCTORS: list[list[Cell]] = [["RPPS", "SPECIALITE"], ["10001234567", "Pédiatrie"], ["10001234575", "Cardiologie"]]


def structures() -> None:
    """Where tables, headers, notes and totals stand."""
    title: list[list[Cell]] = [["Export du cabinet"], ["Édité le", "05/11/2026"], []]
    total: list[list[Cell]] = [[], ["Total", 2], [], ["Document confidentiel"]]
    xlsx(FOLDER / "title_and_footer.xlsx", {"Patients": sheet(title + PATIENTS + total)})
    xlsx(FOLDER / "total_right_below.xlsx", {"Patients": sheet([*PATIENTS, ["Total : 2 patients"]])})
    xlsx(FOLDER / "no_header.xlsx", {"Feuil1": sheet(PATIENTS[1:])})
    xlsx(FOLDER / "starts_at_c4.xlsx", {"Patients": sheet(PATIENTS, first=(4, 3))})
    xlsx(FOLDER / "one_below_the_other.xlsx", {"Patients": sheet([*PATIENTS, [], ["Médecins"], *DOCTORS])})
    side = [[*left, None, *right] for left, right in zip(PATIENTS, DOCTORS, strict=True)]
    side.append(["GARNIER", "Zoé", "05/06/1982", "", None, None, None])
    xlsx(FOLDER / "side_by_side.xlsx", {"Patients": sheet(side)})
    spacer: list[list[Cell]] = [[*row[:2], None, *row[2:]] for row in PATIENTS]
    xlsx(FOLDER / "empty_column_inside.xlsx", {"Patients": sheet(spacer)})
    gaps: list[list[Cell]] = [PATIENTS[0], [], PATIENTS[1], [], [], PATIENTS[2], [], ["MERCIER"]]
    xlsx(FOLDER / "blank_rows_inside.xlsx", {"Patients": sheet(gaps)})
    pages: list[list[Cell]] = [*PATIENTS, [], PATIENTS[0], ["GARNIER", "Zoé", "05/06/1982", ""]]
    xlsx(FOLDER / "header_on_each_page.xlsx", {"Patients": sheet(pages)})
    groups: list[list[Cell]] = [
        ["NIR", "Patient", None, "Médecin", None],
        [None, "Nom", "Prénom", "Nom", "Prénom"],
        [185057800608436, "DURAND", "Jeanne", "PETIT", "Luc"],
    ]
    xlsx(FOLDER / "two_header_rows.xlsx", {"Patients": sheet(groups, merged=["A1:A2", "B1:C1", "D1:E1"])})
    wide: list[list[Cell]] = [["NOM", "Adresse", None, "VILLE"], ["DURAND", "12 rue des Lilas", "Bât. B", "Lyon"]]
    xlsx(FOLDER / "merged_header_cell.xlsx", {"Patients": sheet(wide, merged=["B1:C1"])})
    merged: list[list[Cell]] = [["MEDECIN", "NOM", "NOTE"], ["Dr A", "DURAND", "vu"], [None, "PETIT", "revu"]]
    xlsx(FOLDER / "merged_records.xlsx", {"Patients": sheet(merged, merged=["A2:A3"])})
    one: list[list[Cell]] = [["EMAIL"], ["a@example.org"], ["b@example.org"]]
    xlsx(FOLDER / "one_column.xlsx", {"Adresses": sheet(one)})


def sheets() -> None:
    """Several sheets, and what is no sheet."""
    chart = f'{HEAD}<chartsheet xmlns="{MAIN}"/>'
    xlsx(
        FOLDER / "hidden_sheets.xlsx",
        {
            "Sommaire": sheet([["Patients du cabinet"]]),
            "Patients": sheet(PATIENTS),
            "Graphique": chart,
            "Vide": sheet([]),
            "Médecins": sheet(DOCTORS),
            "Jeanne DURAND": sheet(PATIENTS),
        },
        states={"Médecins": "hidden", "Jeanne DURAND": "veryHidden"},
        vbaProject__bin=b"\xd0\xcf\x11\xe0 not opened",
    )
    xlsx(FOLDER / "title_only.xlsx", {"Sommaire": sheet([["Patients du cabinet"]])})
    xlsx(FOLDER / "empty.xlsx", {"Feuil1": sheet([])})


def values() -> None:
    """What cells hold."""
    number = "<v>{}</v>".format
    rows: list[list[Cell]] = [
        ["NOM", "NIR", "DATE_NAISSANCE", "DATE_MAJ", "CP", "MONTANT", "TAUX", "ACTIF", "NOTE", "DUREE"],
        ["DURAND", 185057800608436, ("s=\"1\"", number(21947)), ("s=\"2\"", number(43862.4375)),
         ("s=\"5\"", number(1000)), 12.5, ("s=\"4\"", number(0.5)), True,
         ("", "<f>1+1</f><v>2</v>"), ("s=\"3\"", number(1.25))],
        ["=1+1", 1234567890123456789, 21947, ("t=\"e\"", number("#N/A")), "01000", 0.1, 0.30000000000000004, False,
         ("t=\"str\"", "<f>A2</f><v>DURAND</v>"), -3],
    ]  # fmt: skip
    xlsx(FOLDER / "values.xlsx", {"Patients": sheet(rows)})
    runs = "<si><r><t>PRE</t></r><r><t>NOM</t></r></si>"
    shared = f'{HEAD}<sst xmlns="{MAIN}"><si><t>NOM</t></si>{runs}<si><t>A</t></si></sst>'
    index = 't="s"'
    told: list[list[Cell]] = [[(index, "<v>0</v>"), (index, "<v>1</v>")], [(index, "<v>2</v>"), "é\nè"]]
    xlsx(FOLDER / "shared_strings.xlsx", {"Patients": sheet(told)}, sharedStrings__xml=shared)
    bare = (
        f'{HEAD}<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>NOM</x:t></x:is></x:c>'
        '<x:c t="inlineStr"><x:is><x:t>AGE</x:t></x:is></x:c></x:row><x:row><x:c t="inlineStr"><x:is><x:t>DURAND</x:t>'
        "</x:is></x:c><x:c><x:v>66</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    xlsx(FOLDER / "no_places_and_prefix.xlsx", {"Patients": bare})


def hostile() -> None:
    """Files made to harm."""
    xlsx(FOLDER / "declared_huge.xlsx", {"Patients": sheet(PATIENTS, dimension="A1:XFD1048576")})
    far = sheet(PATIENTS).replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    xlsx(FOLDER / "far_corner.xlsx", {"Patients": far})
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'{HEAD}<!DOCTYPE s [<!ENTITY l0 "ha">{laughs}]><sst xmlns="{MAIN}"><si><t>&l9;</t></si></sst>'
    told: list[list[Cell]] = [["NOM", "PRENOM"], [('t="s"', "<v>0</v>"), "A"]]
    xlsx(FOLDER / "billion_laughs.xlsx", {"Patients": sheet(told)}, sharedStrings__xml=bomb)
    xlsx(FOLDER / "cut_short.xlsx", {"Patients": sheet(PATIENTS)})
    content = (FOLDER / "cut_short.xlsx").read_bytes()
    (FOLDER / "cut_short.xlsx").write_bytes(content[: len(content) * 2 // 3])


def documents() -> None:
    """OpenDocument workbooks."""
    kinds = [
        ['NOM', "NIR", "DATE_NAISSANCE", "DATE_MAJ", "ACTIF", "NOTE"],
        [
            "DURAND", ('office:value-type="float" office:value="185057800608436"', "1,85E+14"),
            ('office:value-type="date" office:date-value="1960-02-01"', "01/02/60"),
            ('office:value-type="date" office:date-value="2020-02-01T10:30:00"', "01/02/20 10:30"),
            ('office:value-type="boolean" office:boolean-value="true"', "VRAI"), "à revoir",
        ],
    ]  # fmt: skip
    empty = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    body = ods_table("Patients", kinds, after=empty) + ods_table(
        "Médecins", [["RPPS", "SPECIALITE"], ["10001234567", "Pédiatrie"]], ' table:display="false"'
    )
    ods(FOLDER / "values.ods", body)
    many = (
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string" '
        'table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    ods(FOLDER / "repeated_without_end.ods", ods_table("Patients", [], after=many))
    ods(FOLDER / "entities.ods", ods_table("Patients", [["NOM", "PRENOM"]]), before='<!DOCTYPE x [<!ENTITY a "b">]>')


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for make in (structures, sheets, values, hostile, documents):
        make()


if __name__ == "__main__":
    main()
