"""INS: the matricule is a NIR or NIA (see nir.py) with its OID; the old computed INS-C has 20 digits and a key."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import compact, matches, not_dummy, when
from breachkit.recognisers.nir import valid_with_key, valid_without_key

INS_C_SHAPE = r"^\d{20}(?:0[1-9]|[1-8]\d|9[0-7])$"

# The OID says what the matricule is: .8 a NIR, .9 a NIA; .10 and .11 are the test and demonstration NIR, nobody's.
OID = r"1\.2\.250\.1\.213\.1\.4\.(?:8|9|10|11)"
_WRITTEN = rf"^[^0-9]*([0-9][0-9AB .]{{12,24}})[^0-9.].*{OID}(?:[^0-9.]|$)"
_MATRICULE_SHAPE = r"^[0-9AB]{13}(?:[0-9]{2})?/(?:8|9|10|11)$"


def _normalise_matricule(sql: str) -> str:
    """`NIR/8`: the matricule without blanks and the last number of its OID; NULL stays NULL, anything else is kept."""
    text = f"upper({sql})"
    number = f"regexp_replace(regexp_extract({text}, '{_WRITTEN}', 1), '[ .]', '', 'g')"
    kind = f"regexp_extract({text}, '1\\.2\\.250\\.1\\.213\\.1\\.4\\.([0-9]+)', 1)"
    return f"CASE WHEN {matches(text, _WRITTEN)} THEN concat({number}, '/', {kind}) ELSE {text} END"


def _valid_matricule(sql: str) -> str:
    number = f"split_part({sql}, '/', 1)"
    key = f"({valid_with_key(number)} OR {valid_without_key(number)})"
    return when(matches(sql, _MATRICULE_SHAPE), f"(split_part({sql}, '/', 2) IN ('8', '9') AND {key})")


def _valid(sql: str) -> str:
    body = f"left({sql}, 20)"
    key = f"97 - TRY_CAST({body} AS HUGEINT) % 97 = TRY_CAST(right({sql}, 2) AS HUGEINT)"
    return when(matches(sql, INS_C_SHAPE), f"({key} AND {not_dummy(body)})")


INS_C = Recogniser(
    id="ins",
    field="ins",
    fr="Ancien INS calculé (INS-C, 22 chiffres)",
    en="Former computed INS (INS-C, 22 digits)",
    source="ASIP Santé, dossier de conception de l'INS-C (2009)",
    certainty="usual",
    form="20 chiffres et 2 de clé",
    key="97 − (20 premiers mod 97)",
    normalise=compact,
    shape=lambda n: matches(n, INS_C_SHAPE),
    valid=_valid,
    chance=1 / 97,
    examples_valid=("0416278935184720365118", "04162 78935 18472 03651 18"),
    examples_invalid=("0416278935184720365111", "041627893518472036511"),
    examples_degenerate=("0000000000000000000000", "1111111111111111111111", "0123456789012345678901"),
    entity="FR_INS_C",
    patterns=(TextPattern("ins_c", r"\b\d{20} ?\d{2}\b", 0.4),),
    context=("ins", "insc", "identifiant", "santé"),
)

INS_MATRICULE = Recogniser(
    id="ins.matricule",
    field="ins",
    fr="Matricule INS avec son OID",
    en="INS number with its OID",
    source="ANS, référentiel INS\u202f: OID 1.2.250.1.213.1.4.8 (NIR) et .9 (NIA)\u202f; .10 et .11\u202f: tests",
    certainty="published",
    form="NIR ou NIA, un séparateur (HL7\u202f: ^^^), puis l'OID",
    key="celle du NIR, s'il en porte une",
    normalise=_normalise_matricule,
    shape=lambda n: matches(n, _MATRICULE_SHAPE),
    valid=_valid_matricule,
    chance=None,
    examples_valid=(
        "255081416802538^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS",
        "1 84 12 2A 451 089 33 / 1.2.250.1.213.1.4.9",
        "urn:ins:255081416802538|urn:oid:1.2.250.1.213.1.4.8",
    ),
    examples_invalid=("255081416802539^^^&1.2.250.1.213.1.4.8", "255081416802538", "1.2.250.1.213.1.4.8"),
    examples_degenerate=(
        "255081416802538^^^ASIP-SANTE-INS-NIR-TEST&1.2.250.1.213.1.4.10&ISO^INS",
        "000000000000000^^^&1.2.250.1.213.1.4.8",
    ),
    entity="FR_INS",
    patterns=(TextPattern("ins_oid", rf"\b[0-9][0-9AB .]{{12,24}}[^0-9.\s]\S{{0,40}}?{OID}(?![\d.])", 0.8),),
    context=("ins", "matricule", "identité", "qualifiée"),
)
