"""What the form of the values says where no key and no list does: codes, amounts, measures, software, identifiers."""

from __future__ import annotations

from breachkit.fields.dates import is_spreadsheet_birth
from breachkit.fields.evidence import MIN_DISTINCT, Signal
from breachkit.fields.profile import ColumnProfile
from breachkit.fields.reasons import percent_en, percent_fr, statement
from breachkit.impact import Reason

# Form, least share, field, weight, and what it is in both languages. Weights under 0.55 need a second evidence.
FORMS = (
    ("user_agent", 0.6, "flag", 0.85, "désignent un logiciel ou un navigateur", "name a program or a browser"),
    ("path", 0.8, "flag", 0.8, "sont des chemins d'un site", "are paths of a site"),
    ("masked_card", 0.7, "card_number", 0.85, "sont des numéros de carte masqués", "are masked card numbers"),
    ("town_line", 0.7, "city", 0.6, "sont un code postal et sa commune", "are a postcode and its town"),
    ("blood_group", 0.8, "lab_result", 0.8, "sont des groupes sanguins", "are blood groups"),
    ("lower_dotted", 0.85, "username", 0.6, "ont la forme d'un identifiant", "look like a login"),
)
MOST_CODES = 40  # different values of a column of codes
CODES_RATIO = 0.1  # and of its filled rows; a table of few rows allows ten


def _told(rule: str, share: float, fr: str, en: str) -> Reason:
    return statement(rule, f"{percent_fr(share)} des valeurs {fr}.", f"{percent_en(share)} of the values {en}.")


def _forms(profile: ColumnProfile) -> list[Signal]:
    signals = []
    for name, least, field, weight, fr, en in FORMS:
        share = profile.shares[name]
        if name == "lower_dotted" and (profile.shares["at_sign"] or profile.numbers["effective"] < 10):
            continue  # a few names of machines
        if share >= least:
            signals.append(Signal(field, weight, _told(name, share, fr, en)))
    return signals


def _passwords(profile: ColumnProfile) -> list[Signal]:
    """Letters, digits and signs in one word: nothing else is written so, but it takes an account to be sure."""
    share = profile.shares["signs"]
    mixed = profile.shares["one_word"] >= 0.95 and profile.shares["any_digit"] >= 0.8 and not profile.shares["at_sign"]
    other = max(
        profile.shares[name]
        for name in ("number", "path", "file_path", "date", "vector", "data_uri", "base64", "colour")
    )
    unlike = profile.masks and profile.masks[0][1] < 0.4 and profile.distinct_ratio >= 0.6 and profile.distinct >= 50
    if share >= 0.2 and mixed and unlike and other <= 0.4 and profile.length_max <= 40:
        fr, en = (
            "mêlent en un mot lettres, chiffres et signes de formes diverses",
            "mix signs in one word, each its own way",
        )
        return [Signal("password", 0.6, _told("password", share, fr, en))]
    if share < 0.6 or not mixed or other > 0.2:
        return []
    if profile.masks and profile.masks[0][1] >= 0.8:
        return []  # people do not choose their passwords of one shape
    fr, en = "mêlent lettres, chiffres et signes en un seul mot", "mix letters, digits and signs in one word"
    return [Signal("password", 0.55, _told("password", share, fr, en))]


def _sums(profile: ColumnProfile) -> list[Signal]:
    """Two decimals: prices where they run high or end in round cents, results of an examination where they do not."""
    share = profile.shares["money"]
    if share < 0.6 or profile.shares["two_decimals"] < 0.5 or profile.shares["number"] < 0.95:
        return []
    low, middle, high = (profile.numbers.get(f"number_{name}", 0.0) for name in ("low", "median", "high"))
    if profile.filled >= 50 and profile.distinct_ratio >= 0.7 and low >= 700 and 1_200 <= middle <= 8_000:
        fr, en = "sont des sommes de quelques milliers", "are sums of some thousands"
        return [Signal("income", 0.57, _told("salary", share, fr, en))]
    smooth = profile.shares["whole_money"] < 0.06 and high <= 25 and low > 0 and profile.distinct >= 20
    if smooth and high <= 12 * low:
        fr, en = "sont des nombres à deux décimales d'un intervalle étroit", "are two-decimal numbers of a narrow range"
        return [Signal("lab_result", 0.57, _told("narrow", share, fr, en))]
    return [
        Signal("amount", 0.64, _told("money", share, "sont des nombres à deux décimales", "are two-decimal numbers"))
    ]


def _results(profile: ColumnProfile) -> list[Signal]:
    """Letters of the ABO group, or words of a negative and a positive result."""
    signs = profile.shares["sign_result"]
    if signs >= 0.6 and 2 <= profile.distinct <= 8 and profile.length_max >= 3:
        fr, en = "sont des résultats positifs ou négatifs", "are positive or negative results"
        return [Signal("lab_result", 0.62, _told("signs", signs, fr, en))]
    if profile.shares["rhesus_letters"] == 1 and profile.distinct == 4:
        fr, en = "sont les quatre groupes sanguins", "are the four blood groups"
        return [Signal("lab_result", 0.64, _told("abo", 1.0, fr, en))]
    return []


def _places(profile: ColumnProfile) -> list[Signal]:
    signals = []
    lone = profile.shares["abroad"] > 0 and profile.distinct >= 10 and profile.distinct_ratio < 0.7
    coded = profile.shares["commune"] >= 0.85 or (
        profile.shares["department"] >= 0.85
        and (profile.shares["integer"] < 1 or profile.shares["leading_zero"] >= 0.05)
    )
    if lone and coded:
        # 99 stands for abroad in the codes of places of birth, and in nothing else.
        fr, en = "Codes de lieux de l'INSEE, dont l'étranger.", "Codes of places of INSEE, abroad among them."
        signals.append(Signal("birth_place", 0.8, statement("abroad", fr, en)))
    if profile.shares["department_three"] >= 0.95 and 15 <= profile.distinct <= 110:
        share = profile.shares["department_three"]
        signals.append(Signal("city", 0.6, _told("department", share, "sont des départements", "are départements")))
    if profile.shares["department"] >= 0.95 and 10 <= profile.distinct <= 110:
        fr, en = "sont des codes de département", "are codes of a département"
        signals.append(Signal("city", 0.3, _told("department", profile.shares["department"], fr, en)))
    if profile.shares["street_tail"] >= 0.4 and profile.shares["any_digit"] < 0.3 and profile.numbers["words_mean"] < 5:
        fr, en = "commencent comme un nom de voie", "begin as the name of a street"
        signals.append(Signal("postal_address", 0.45, _told("street_tail", profile.shares["street_tail"], fr, en)))
    middle, high = (profile.numbers.get(f"number_{name}", 0.0) for name in ("median", "high"))
    projected = 6_000_000 <= middle <= 7_200_000 or (300_000 <= middle <= 1_100_000 and high >= 800_000)
    if projected and profile.shares["decimal"] >= 0.5 and profile.distinct >= 10:
        fr, en = "Coordonnées en Lambert 93.", "Coordinates in Lambert 93."
        signals.append(Signal("gps", 0.7, statement("lambert", fr, en)))
    if profile.shares["degrees"] >= 0.8:
        fr, en = "sont des degrés décimaux", "are decimal degrees"
        signals.append(Signal("gps", 0.66, _told("degrees", profile.shares["degrees"], fr, en)))
    return signals


def _small_codes(profile: ColumnProfile) -> list[Signal]:
    coded = profile.kinds["diagnosis_code"].valid >= 0.95 * profile.looked_at
    if coded and profile.shares["cim10_categories"] >= 0.95 and profile.distinct >= 3:
        return []
    share = profile.shares["binary_rows"]
    if share >= 0.95 and profile.numbers["effective"] <= 2.5:
        fr, en = "Deux réponses au plus (oui ou non, 0 ou 1).", "Two answers at most (yes or no, 0 or 1)."
        weight = 0.35 if profile.shares["sex_rows"] >= 0.98 else 0.75
        return [Signal("flag", weight, statement("binary", fr, en))]
    if profile.distinct == 1 and profile.filled >= MIN_DISTINCT and profile.length_max <= 12:
        fr, en = "La même valeur partout.", "The same value everywhere."
        return [Signal("flag", 0.62, statement("constant", fr, en))]
    variety = profile.numbers["effective"]
    few = profile.distinct <= 2 * MOST_CODES and variety <= min(MOST_CODES, CODES_RATIO * profile.filled)
    few = few or (variety <= 10 and profile.distinct_ratio <= 0.5 and profile.filled >= 20)
    few = few and profile.shares["decimal"] < 0.5
    if few and profile.shares["short_code"] >= 0.9 and profile.shares["sex_rows"] < 0.9:
        fr = "Peu de valeurs, toutes des codes courts."
        en = "Few values, all of them short codes."
        weight = 0.57 if profile.shares["any_digit"] >= 0.5 or profile.length_max <= 3 else 0.45
        return [Signal("flag", weight, statement("short_codes", fr, en))]
    return []


def _is_code(profile: ColumnProfile) -> bool:
    """One word with digits, neither a number with decimals nor a date: what an identifier can be."""
    return (
        profile.shares["one_word"] >= 0.98
        and profile.shares["any_digit"] >= 0.98
        and not profile.shares["at_sign"]
        and profile.shares["decimal"] < 0.1
        and profile.shares["date"] < 0.5
        and profile.shares["date_shaped"] < 0.5
        and profile.shares["epoch"] < 0.95
        and profile.shares["signs"] < 0.1
    )


def _identifiers(profile: ColumnProfile) -> list[Signal]:
    """Unique per row: a line number where it runs like the rows, a file number where it is padded or prefixed."""
    if profile.distinct_ratio < 0.97 or not _is_code(profile):
        return []
    fr, en = "Une valeur différente à chaque ligne", "A different value on every row"
    if profile.filled < 20:  # a small table proves nothing by itself, but bears out a header
        short = profile.length_max <= 12
        return [Signal("technical_id", 0.2, statement("unique", f"{fr}.", f"{en}."))] if short else []
    low, high = profile.numbers.get("number_min", -1), profile.numbers.get("number_max", -1)
    run = profile.shares["integer"] == 1 and high - low + 1 <= 1.3 * profile.rows
    if run and not profile.shares["leading_zero"]:
        reason = statement("row_number", f"{fr}\u202f; elle suit les lignes.", f"{en}; it follows the rows.")
        return [Signal("technical_id", 0.7 if low in (0, 1) else 0.57, reason), Signal("patient_id", 0.3, reason)]
    reason = statement("unique", f"{fr}.", f"{en}.")
    if is_spreadsheet_birth(profile):
        return []
    fixed = profile.length_min == profile.length_max and 5 <= profile.length_max <= 14
    if not fixed and profile.distinct < profile.filled and profile.shares["integer"] >= 0.98:
        return []  # measures that seldom agree, not numbers given out
    signals = [Signal("patient_id", 0.45 if fixed else 0.35, reason)]
    if profile.shares["long_token"] >= 0.95 and profile.shares["digits"] < 0.1:
        return [Signal("technical_id", 0.58, reason)]
    prefixed = profile.shares["prefixed_number"] >= 0.95 and profile.shares["digits"] < 0.1
    if prefixed or (profile.shares["digits"] >= 0.98 and profile.length_max <= 8):
        signals.append(Signal("technical_id", 0.56, reason))
    return signals


def form_signals(profile: ColumnProfile) -> list[Signal]:
    """Everything that the forms of one column say."""
    if not profile.looked_at:
        return []
    rules = (_forms, _passwords, _sums, _results, _places, _small_codes, _identifiers)
    return [signal for rule in rules for signal in rule(profile)]
