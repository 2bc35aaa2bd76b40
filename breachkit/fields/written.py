"""How cells are written, as patterns: what is neither keyed nor listed is told by its form.

Patterns are RE2, over the column `v` that measures.py reads.
"""

from __future__ import annotations

from breachkit.recognisers.keys import matches


def _written_forms() -> dict[str, str]:
    """Shares of forms that are neither keyed nor listed: software, times as numbers, codes, several in one cell."""
    phone = r"(?:(?:\+|00)33[ .-]?(?:\(0\))?|0)[1-9](?:[ ._-]?\d{2}){4}"
    patterns = {
        "user_agent": r"^(?:Mozilla|Opera|curl|okhttp|python-requests|PostmanRuntime|Dalvik|Java|axios|Wget)[ /]",
        "path": r"^(?:(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) )?/[^ ]*(?: HTTP/[0-9.]+)?$",
        "date_shaped": r"^(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{4}[/.-]\d{1,2}[/.-]\d{1,2})(?:[ T]|$)",
        "blood_group": r"^(?i:A|B|AB|O) ?(?:Rh ?)?(?:[+-]|pos|neg|POS|NEG)(?:itif|atif)?$",
        "epoch": r"^1[0-9]{9}(?:[0-9]{3})?$",
        "spreadsheet_day": r"^(?:[1-9]\d{3}|[1-5]\d{4})(?:[.,]\d+)?$",
        "year": r"^(?:19|20)\d{2}$",
        "month": r"^(?:(?:19|20)\d{2}[-/]?(?:0[1-9]|1[0-2])|(?:0[1-9]|1[0-2])[-/](?:19|20)\d{2})$",
        "money": r"^-?\d{1,3}(?:[  .]?\d{3})*[.,]\d{2} ?(?:€|EUR)?$",
        "two_digits": r"^\d{2}$",
        "town_line": r"^(?:F-)?\d{5}[ -]+\p{L}",
        "short_code": r"^[A-Za-z0-9][A-Za-z0-9/%._+-]{0,5}$",
        "letters_and_digits": r"^(?:[A-Za-z]+[0-9]|[0-9]+[A-Za-z])[0-9A-Za-z]*$",
        "prefixed_number": r"^[A-Za-z]{0,5}[-_/.]?\d{3,}$",
        "lower_word": r"^[a-zç]{2,}[a-z0-9]*$",
        "lower_dotted": r"^[a-zç]+[0-9]*[._-][a-zç0-9._-]+$",
        "department": r"^(?:0?(?:0[1-9]|[1-8]\d|9[0-5])|2[AB]|97[1-6])$",
        "starts_with_eight": "^8",
        "street_tail": r"^(?i:(?:du|de|des|de la) |(?:d[’']|de l[’']) ?)\p{L}",
        "degrees": r"^-?\d{1,2}[.,]\d{4,}$",
        "signs": r"^[^ ]*[!?*$@#&%=;+][^ ]*$",
        "blood_pressure": r"^\d{1,3} ?/ ?\d{1,2}\d?$",
        "two_phones": rf"{phone}\D+{phone}",
        "many_phones": phone,
        "name_and_date": r"\p{L}{3,}.*\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d{2}",
        "person_signs": r"^[\p{L}' -]+(?:\^|, )[\p{L}' -]+$",
        "long_token": r"^[0-9A-Za-z+/=_-]{15,}$",
    }
    return {name: matches("v", pattern) for name, pattern in patterns.items()}


def _technical_forms() -> dict[str, str]:
    """Shares of forms that no person has: colours, paths, object identifiers, versions, percentages, shelves."""
    patterns = {
        "colour": r"^#?[0-9a-fA-F]{6}$",
        "file_path": r"^(?:\\\\[^\\ ]+\\|[A-Za-z]:[\\/]|~?/?(?:[\w.$ -]+/)+[\w.$ -]+\.[A-Za-z0-9]{2,4}$)",
        "object_id": r"^(?:urn:oid:)?[0-2](?:\.(?:0|[1-9]\d*)){4,}$",
        "security_id": r"^S-1-\d+(?:-\d+)+$",
        "urn": r"^(?:urn|oid|cn|CN|uid|ou|OU)[:=]",
        "version": r"^(?:[\p{L}][\p{L} ._-]*)?[vV]?\d{1,4}(?:\.\d+)+(?:-?[A-Za-z]+\d*)?$",
        "percent": r"^(?:[<>]=? ?)?-?\d{1,3}(?:[.,]\d+)?(?: ?[-–] ?\d{1,3})? ?%$",
        "clock": r"^(?:[01]?\d|2[0-3]) ?[:hH] ?[0-5]\d(?:[:mM ][0-5]\d?)?$",
        "data_uri": r"^data:[a-z]+/",
        "base64": r"^[A-Za-z0-9+/]{24,}={0,2}$",
        "vector": r"^\[ ?-?\d+(?:[.]\d+)?(?:[,;] ?-?\d)",
        "web_token": r"^eyJ[A-Za-z0-9_-]{8,}",
        "locale": r"^[a-z]{2}(?:[-_][A-Z]{2})?$",
        "shelf": r"^[A-Z]{1,3}\d{0,2}[-./ ]\d{1,4}(?:[-./]\d{1,3})?$",
        "bracketed": r"^\[[^\]]*\]$",
        "school": r"^(?:0\d{2}|62\d|72\d|97\d|98\d)\d{4}[A-HJ-NPR-Z]$",
        "resource": r"^(?:Patient|Practitioner|Organization|Encounter|Location|Observation|Device|PractitionerRole)/.",
        "patient_resource": r"^(?:Patient/.|(?:[Pp]atient|[Pp]at|PATIENT|PAT)[_:]\w*\d)",
        "term_of_year": r"^(?:[STQ][1-4][ /-]?(?:19|20)\d{2}|(?:19|20)\d{2}[ /-]?[STQ][1-4]|(?:19|20)\d{2}-W\d{2})$",
        "sealed": r"^(?:[0-9A-Za-z+/]{15,}={0,2}|[0-9a-zA-Z]{15}AA[AQYW])$",
        "prefix_six": r"^6\d{7}$",
        "register_14": r"^\d{14}$",
        "any_lower": r"\p{Ll}",
    }
    hexadecimal = f"{matches('v', r'^(?:0x|#)?[0-9a-fA-F]{6,}$')} AND {matches('v', '[a-fA-F]')}"
    return {
        "hex_letters": hexadecimal,
        **{name: matches("v", pattern) for name, pattern in patterns.items()},
    }


def _personal_forms() -> dict[str, str]:
    """Shares of forms of one person's measures: units behind a number, terms of a pregnancy, ages, money."""
    patterns = {
        "body_unit": r"^\d{1,3}(?:[.,]\d{1,3})? ?(?i:kgs?|kilos?|cm|mmhg|bpm|°c|kg/m²|kg/m2)$",
        "metre": r"^(?:[12][.,]\d{2} ?m?|[12] ?m ?\d{2})$",
        "lab_unit": r"^[<>]?=? ?\d+(?:[.,]\d+)? ?(?i:[mµunpf]?g/d?m?l|[mµunp]?mol/l|u?i?/l|g/100 ?ml|/mm3|meq/l)$",
        "age_text": r"^\d{1,3} ?(?i:ans?|mois|jours?|semaines?|years?|months?|yo|y|a|m|j)$",
        "weeks": r"^(?:[1-4]\d? ?(?i:SA)(?: ?\+ ?\d ?j?)?|[1-4]\d ?\+ ?[0-6](?: ?(?i:SA|j))?)$",
        "gravidity": r"^G\d{1,2} ?P\d{1,2}$",
        "expiry": r"^(?:0[1-9]|1[0-2])/[2-4]\d$",
        "pressure": r"^(?:[6-9]|1\d|2[0-6])(?:[.,]\d)? ?[/-] ?(?:[3-9]|1[0-5])(?:[.,]\d)?$"
        r"|^(?:[7-9]\d|1\d\d|2[0-4]\d) ?[/-] ?(?:[3-9]\d|1[0-4]\d)$",
        "antigens": r"^(?:[CcEeKkDdSsMN][ +-]+){3,}$|^[CcEeDd]{4,6}(?: ?K[-+]?)?$",
        "rhesus_letters": r"^(?:A|B|AB|O)$",
        "sign_result": r"^(?i:pos|neg|nég|positif|positive|négatif|negatif|négative|negative|\+|-|ind[ée]termin[ée]?)$",
        "genotype": r"^(?:(?:[εeE]|APOE ?)[234] ?/|[cpg]\.[A-Z0-9*_]+|rs\d{4,}|4[5-9],X|HLA-|\*\d+/\*\d+)",
        "risk_ratio": r"^1 ?[/:] ?\d{2,6}$",
        "bracket": r"^(?:[<>]=? ?\d{3,6}|\d{3,6} ?(?:-|–|à|a) ?\d{3,6}|(?:moins|plus) de \d{3,6}) ?(?:€|EUR|euros)?$",
        "money_sign": r"^[€$] ?-?\d|^-?[\d  . ]+(?:[.,]\d{1,2})? ?(?:€|EUR|euros?|k€)$",
        "whole_money": r"[.,](?:00|50)$",
        "one_decimal": r"^-?\d+[.,]\d$",
        "two_decimals": r"^-?\d+[.,]\d{2}$",
        "thousands": r"000$",
        "big_money": r"^-?\d{1,3}(?:[. ]\d{3})+,\d{2}$",
        "age_band": r"^(?:\d{1,2} ?(?:-|–|à) ?\d{1,3}(?: ans)?|\d{2} ?(?:ans)? ?(?:et plus|\+)"
        r"|(?:moins|plus) de \d{1,2} ans)$",
        "midwife": r"^(?i:sf|mme|m\.|mlle|ide|ibode|iade|kine|interne) \p{Lu}",
        "directory_name": r"^CN=",
        "doctor_mark": r"\^(?i:dr|pr)\b|\b(?i:dr|pr|docteur)\.?$",
        "weak_password": r"^(?i:azerty|qwerty|motdepasse|password|soleil|bonjour|123456|doudou|loulou|chouchou|"
        r"marseille|admin|welcome|secret|iloveyou|chocolat|princesse)",
        "year_in_word": r"^\p{L}{4,}(?:19|20)?\d{2}[!?.*]?$",
        "department_three": r"^(?:0\d{2}|02[ABab]|97\d)$",
        "abroad": r"^99(?:\d{3})?$",
        "starts_low": r"^[012]",
        "dotted_category": r"^[A-Z]\d{2}\.\d",
        "duration": r"^\d{1,2} ?(?:ans?|mois|jours?)\b",
        "letters_number": r"^\p{L}[\p{L}-]{2,14}[._-]?\d{1,4}$",
        "door_code": r"^(?:\d{4,5}|\d{3,5}[A-F]|[A-F]\d{3,5}|[A-F]\d{2}[A-F]\d|\d{2}[A-F]\d{1,3})[#*]?$",
        "door_letter": r"^(?:\d{1,5}[A-F]\d{0,3}|[A-F]\d{1,5}[A-F]?\d?)[#*]?$",
        "commune": r"^(?:\d{2}|2[AB])\d{3}$",
        "act_of_birth": r"^\p{L}[\p{L}' -]+ \((?:\d{2,3}|2[AB]|[\p{L}' -]+)\)$",
        "organism": r"^0[1-9][A-Z]?\d{3,4}$",
        "cell_code": r"^[A-Z]-?\d{1,2}-?\d{2,3}$",
    }
    return {name: matches("v", pattern) for name, pattern in patterns.items()}


def form_conditions() -> dict[str, str]:
    """Name of a form and its boolean SQL over `v`."""
    return {**_written_forms(), **_technical_forms(), **_personal_forms()}
