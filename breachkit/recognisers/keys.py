"""Check keys and plain forms as SQL text.

Every function takes SQL expressions and returns one; nothing here runs a query. Patterns are RE2, which has no
back-references: repeats and sequences are compared with `repeat()` and `position()` instead.
"""

from __future__ import annotations

SEQUENCES = "0123456789012345678901234567890"
SEQUENCES_DOWN = SEQUENCES[::-1]
LUHN_MAX_DIGITS = 19  # the longest card number; fits in UBIGINT


def matches(sql: str, pattern: str) -> str:
    """Boolean SQL: the text matches the RE2 `pattern` somewhere; anchor the pattern for the whole text."""
    return "regexp_matches(" + sql + ", '" + pattern.replace("'", "''") + "')"


def compact(sql: str) -> str:
    """Upper-case letters and digits only: spaces of any kind, points, dashes, slashes and quotes are dropped.

    So is a final `.0`: what pandas writes where a column of numbers has blanks.
    """
    return f"regexp_replace(upper({sql}), '[.]0$|[^0-9A-Z]', '', 'g')"


def trimmed(sql: str) -> str:
    """The text without white space (no-break spaces included) at both ends."""
    return f"trim({sql}, ' \t\r\n\u00a0\u202f')"


def not_dummy(sql: str) -> str:
    """Boolean SQL: the text is neither one character repeated nor a run of the digits up or down."""
    return (
        f"({sql} <> repeat(left({sql}, 1), length({sql})) "
        f"AND position({sql} IN '{SEQUENCES}') = 0 AND position({sql} IN '{SEQUENCES_DOWN}') = 0)"
    )


def luhn_sum(sql: str, *, digits: int = LUHN_MAX_DIGITS) -> str:
    """Integer SQL: the Luhn sum of a text of at most `digits` digits (ISO/IEC 7812-1, annex B); NULL if not digits."""
    number = f"TRY_CAST({sql} AS UBIGINT)"
    terms = []
    for place in range(digits):
        digit = f"CAST(({number} // {10**place}) % 10 AS INTEGER)"
        terms.append(digit if place % 2 == 0 else f"(2 * {digit} % 10 + {digit} // 5)")
    return "(" + " + ".join(terms) + ")"


def luhn(sql: str, *, digits: int = LUHN_MAX_DIGITS) -> str:
    """Boolean SQL: the Luhn key is right."""
    return f"({luhn_sum(sql, digits=digits)} % 10 = 0)"


def letters_as_digits(sql: str) -> str:
    """ISO 13616: each letter as two digits, A = 10 to Z = 35."""
    for offset in range(26):
        sql = f"replace({sql}, '{chr(65 + offset)}', '{10 + offset}')"
    return sql


def mod97_text(sql: str) -> str:
    """Integer SQL: a text of up to 70 digits modulo 97, 30 digits at a time so that HUGEINT (38 digits) holds."""
    first = f"TRY_CAST(left({sql}, 30) AS HUGEINT) % 97"
    second = f"TRY_CAST(concat({first}, substr({sql}, 31, 30)) AS HUGEINT) % 97"
    return f"(TRY_CAST(concat({second}, substr({sql}, 61, 30)) AS HUGEINT) % 97)"


def when(condition: str, expression: str) -> str:
    """Boolean SQL: false unless the cheap `condition` holds, else the costly `expression`."""
    return f"coalesce(CASE WHEN {condition} THEN {expression} ELSE false END, false)"
