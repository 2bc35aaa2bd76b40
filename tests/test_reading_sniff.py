"""Which of the text formats a text is, by its first lines."""

from __future__ import annotations

import json

import pytest

from breachkit.reading.text import text_format

RECORD = {"nom": "DURAND", "ville": "Lyon", "note": "vu; revu, [bien] {x}"}
CSV = ["id;nom;extra", '1;DURAND;{"a":1}', '2;PETIT;{"a":2}']
CASES = {
    "json document": ("json", json.dumps([RECORD] * 3).split("\n")),
    "indented json": ("json", json.dumps([RECORD] * 3, indent=2).split("\n")),
    "one record a line in brackets": ("json", ["[", '{"nom":"A"},', '{"nom":"B"}', "]"]),
    "one record a line behind its key": ("json", ['{"patients":[', '{"nom":"A"},', '{"nom":"B"},', '{"nom":"C"}]}']),
    "json of one line": ("json", ['{"nom":"A"}']),
    "json lines": ("json_lines", ['{"nom":"A"}', '{"nom":"B"}']),
    "json lines with commas": ("json_lines", ['{"nom":"A"},', '{"nom":"B"},']),
    "json lines behind blank lines": ("json_lines", ["", "", '{"nom":"A"}', '{"nom":"B"}']),
    "json lines of lists": ("json_lines", ['["A",1]', '["B",2]']),
    "json text sequence": ("json_lines", ['\x1e{"nom":"A"}', '\x1e{"nom":"B"}']),
    "json lines, half of them broken": ("json_lines", ['{"nom":"A"', '{"nom":"B"}'] * 6),
    "documents side by side": ("json", ['{"nom":"A"}{"nom":"B"}']),
    "json under lines of text": ("json", ["Export du cabinet", "", '[{"nom":"A"}]']),
    "jsonp": ("json", ['callback([{"nom":"A"}]);']),
    "assigned": ("json", ["var patients = [", '{"nom":"A"}', "];"]),
    "guarded": ("json", [")]}',", '{"nom":"A"}']),
    "cut short": ("json", ['[{"nom":"A"},{"nom":"B","ville":"Ly']),
    "keys in single quotes": ("json", ["[{'nom': 'A'}, {'nom': 'B'}]"]),
    "json in a cell": ("delimited", CSV),
    "json in the first cell": ("delimited", ['{"a":1};DURAND;x', '{"a":2};PETIT;y']),
    "json in the first cell, commas": ("delimited", ['{"a":1},DURAND,x', '{"a":2},PETIT,y']),
    "a first cell in braces": ("delimited", ["{A1};1;2", "{A2};2;3"]),
    "cells in brackets": ("delimited", ["[1],[2],[3]", "[4],[5],[6]"]),
    "footnotes": ("delimited", ["[1] Revue de médecine", "[2] Annales"]),
    "sections": ("delimited", ["[patients]", "nom=DURAND", "[medecins]", "nom=PETIT"]),
    "quoted json": ("delimited", ['"{""a"":1}";x', '"{""a"":2}";y']),
    "a list of names": ("delimited", ["DURAND", "PETIT", "LEROY"]),
    "one word": ("delimited", ["DURAND"]),
    "pipes in a box": ("delimited", ["+----+------+", "| id | nom  |", "+----+------+", "| 1  | A    |"]),
    "sqlcmd": ("fixed_width", ["NOM        CP", "---------- -----", "DURAND     69003"]),
}


@pytest.mark.parametrize("name", CASES)
def test_a_text_is_told_by_its_first_lines(name: str) -> None:
    expected, lines = CASES[name]
    assert text_format(lines) == expected
