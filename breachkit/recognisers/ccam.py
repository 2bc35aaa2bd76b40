"""Codes of acts: CCAM, NGAP letters, homogeneous groups of patients (GHM)."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import matches, trimmed, when

# First letter of a CCAM code: the anatomical system (A to H, J to N, P, Q, Y, Z); last of four: technique.
CCAM_SHAPE = r"^[A-HJ-NPQYZ][A-Z][A-Z][A-Z]\d{3}$"
NGAP_KEYS = (
    "C|CS|CSC|CNP|CNPSY|G|GS|GE|V|VS|VG|VGS|VL|VNP|VU|TC|TCG|TC1|TC2|TE|TE2|APC|APV|APY|APU|AVY|COE|COD|MCE|MCG|MCS|MEG|MPC"
    "|MCC|MUT|IPE|CCP|CCX|CCE|CPM|CTE|SF|SFI|SP|AMI|AMX|AIS|BSA|BSB|BSC|AMK|AMC|AMS|TLE|RMT|VSM|VKM|VSB|RSM|AMO|AMY|AMP|POD|B|KB|PB|TB"
    "|DIS|D|DC|SC|SPR|SCM|ORT|TO|CBX|PRO|INL|ICO|Z|K|KC|KE|ADA|ADC|ADE|ADI|ACO|ATM|IFA|IFO|IFI|IFD|MAU|IK|ID|IFN|MN|MM|MD|MDD|MDN|DOM"
)
NGAP_SHAPE = rf"^(?:{NGAP_KEYS}) ?\d{{0,3}}(?:[.,]\d{{1,2}})?$"
GHM_SHAPE = r"^(?:0[1-9]|1\d|2[0-8]|90)[CHKMZ]\d{2}[1-4ABCDEJTZ]$"


def _upper(sql: str) -> str:
    return f"upper({trimmed(sql)})"


CCAM = Recogniser(
    id="procedure_code",
    field="procedure_code",
    fr="Code d'acte CCAM",
    en="CCAM act code",
    source="Assurance maladie, Classification commune des actes médicaux",
    certainty="published",
    form="4 lettres, 3 chiffres",
    key="aucune",
    normalise=lambda sql: f"regexp_replace({_upper(sql)}, '[ /-][0-9]{{1,2}}$', '')",
    shape=lambda n: matches(n, r"^[A-Z]{4}\d{3}$"),
    valid=lambda n: when(matches(n, CCAM_SHAPE), f"right({n}, 3) <> '000' AND left({n}, 4) <> repeat(left({n}, 1), 4)"),
    chance=0.65,  # 17 of 26 letters begin a code
    examples_valid=("DEQP003", "hbld038", "DEQP003-01"),
    examples_invalid=("DEQ003", "DEQP03", "XXQP003", "1EQP003"),
    examples_degenerate=("AAAA000", "ZZZZ999", "0000000"),
    entity="FR_CCAM",
    patterns=(TextPattern("ccam", r"\b[A-HJ-NPQYZ][A-Z]{3}\d{3}\b", 0.4),),
    context=("ccam", "acte", "actes", "intervention", "cotation", "coté"),
)

NGAP = Recogniser(
    id="procedure_code.ngap",
    field="procedure_code",
    fr="Lettre-clé NGAP",
    en="NGAP key letter",
    source="Assurance maladie, Nomenclature générale des actes professionnels\u202f; lettres\u202f: notre sélection",
    certainty="usual",
    form="lettre-clé et coefficient",
    key="aucune (liste)",
    normalise=_upper,
    shape=lambda n: matches(n, r"^[A-Z]{1,5} ?\d{0,3}(?:[.,]\d{1,2})?$"),
    valid=lambda n: when(matches(n, NGAP_SHAPE), f"{n} IS NOT NULL"),
    chance=None,
    examples_valid=("AMI 4", "CS", "AMK7.5", "GS", "SF 15"),
    examples_invalid=("AMIXX", "4", "DUPONT"),
    examples_degenerate=("X", "XXX", "NC"),
)

GHM = Recogniser(
    id="procedure_code.ghm",
    field="procedure_code",
    fr="Groupe homogène de malades (GHM)",
    en="Diagnosis-related group (GHM)",
    source="ATIH, manuel des GHM",
    certainty="published",
    form="catégorie majeure 2, type 1, compteur 2, sévérité 1",
    key="aucune",
    normalise=_upper,
    shape=lambda n: matches(n, r"^\d{2}[A-Z]\d{2}[0-9A-Z]$"),
    valid=lambda n: when(matches(n, GHM_SHAPE), f"{n} IS NOT NULL"),
    chance=29 / 100 * 5 / 26 * 12 / 36,
    examples_valid=("05M09T", "14Z13A", "28Z04Z"),
    examples_invalid=("05A09T", "99M09T", "05M9T"),
    examples_degenerate=("000000", "00M000"),
    entity="FR_GHM",
    patterns=(TextPattern("ghm", r"(?-i:\b(?:0[1-9]|1\d|2[0-8]|90)[CHKMZ]\d{2}[1-4ABCDEJTZ]\b)", 0.2),),
    context=("ghm", "groupage", "ghs", "séjour", "pmsi"),
)
