"""The recognisers against independent libraries, both ways: what we accept they accept, and the other way round.

Where the two differ on purpose the difference is written in the test, by name.
"""

from __future__ import annotations

import ipaddress
import random
import re
import string
from collections.abc import Callable, Iterator
from functools import cache

import duckdb
import phonenumbers
import pytest
import schwifty
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from stdnum import bic, ean, luhn
from stdnum.exceptions import ValidationError
from stdnum.fr import nif, nir, siren, siret, tva

from breachkit.recognisers.catalogue import RECOGNISERS
from breachkit.recognisers.iban import STRUCTURES
from breachkit.recognisers.phone import DUMMIES

SIZE = 40  # texts of one draw: one statement checks them all
# No shrinking: a list of forty texts takes a minute to shrink, and the text that differs is shown anyway.
PHASES = (Phase.explicit, Phase.generate)
quick = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=PHASES,
    suppress_health_check=list(HealthCheck),
)


@cache
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"threads": 1})


@pytest.fixture(autouse=True, scope="module")
def closed() -> Iterator[None]:
    yield
    connection().close()
    connection.cache_clear()


def ours(kind: str, texts: list[str]) -> list[bool]:
    if not texts:
        return []
    one = RECOGNISERS[kind]
    sql = (
        f"SELECT list(coalesce({one.valid('n')}, false) ORDER BY place) FROM (SELECT place, {one.normalise('v')} AS n "
        "FROM (SELECT unnest($t) AS v, generate_subscripts($t, 1) AS place))"
    )
    row = connection().execute(sql, {"t": texts}).fetchone()
    assert row is not None
    return list(row[0])


def normal(kind: str, texts: list[str]) -> list[str]:
    sql = (
        f"SELECT list({RECOGNISERS[kind].normalise('v')} ORDER BY place) "
        "FROM (SELECT unnest($t) AS v, generate_subscripts($t, 1) AS place)"
    )
    row = connection().execute(sql, {"t": texts}).fetchone()
    assert row is not None
    return list(row[0])


def is_dummy(digits: str) -> bool:
    """One sign repeated or a run up or down: theirs accept them, ours do not."""
    runs = "0123456789" * 4
    return len(set(digits)) == 1 or digits in runs or digits in runs[::-1]


def numbers(size: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.text(string.digits, min_size=size, max_size=size), min_size=SIZE, max_size=SIZE)


def with_luhn(heads: list[str]) -> list[str]:
    return [head + luhn.calc_check_digit(head) for head in heads]


# NIR


def nir_bodies() -> st.SearchStrategy[list[str]]:
    """13 characters in the form of a NIR, its rare months, places and sexes included, and some outside of it."""
    place = st.sampled_from(["2A", "2B", "01", "13", "20", "75", "93", "96", "97", "98", "99", "00"])
    month = st.integers(0, 99).map(lambda number: f"{number:02d}")
    body = st.tuples(st.sampled_from("0123456789"), st.integers(0, 99).map(lambda n: f"{n:02d}"), month, place).flatmap(
        lambda head: st.integers(0, 999_999).map(lambda tail: "".join(head) + f"{tail:06d}")
    )
    return st.lists(body, min_size=SIZE, max_size=SIZE)


def may_be_a_nir(body: str) -> bool:
    """What stdnum does not look at: sex, month, département, commune and order."""
    month = int(body[3:5])
    months = 1 <= month <= 12 or month == 20 or 30 <= month <= 42 or month >= 50
    return body[0] in "123478" and months and body[5:7] != "00" and "000" not in (body[7:10], body[10:13])


@quick
@given(nir_bodies(), st.integers(0, 96))
def test_nir(bodies: list[str], wrong: int) -> None:
    keyed = [body + nir.calc_check_digits(body) for body in bodies]
    others = [body + f"{wrong:02d}" for body in bodies]
    for texts in (keyed, others):
        verdicts = ours("nir", texts)
        assert [ok and not nir.is_valid(text) for text, ok in zip(texts, verdicts, strict=True)] == [False] * SIZE
        expected = [nir.is_valid(text) and may_be_a_nir(text) and not is_dummy(text[:13]) for text in texts]
        assert verdicts == expected
    assert ours("nir.without_key", bodies) == [may_be_a_nir(body) and not is_dummy(body) for body in bodies]


@quick
@given(nir_bodies())
def test_the_two_rules_of_corsica_agree(bodies: list[str]) -> None:
    """2A read 19 and 2B read 18 is the same as A or B read 0 and one or two millions taken off."""
    corsican = [body[:5] + place + body[7:] for body in bodies for place in ("2A", "2B") if may_be_a_nir(body)]
    keys = [
        97 - (int(body.replace("A", "0").replace("B", "0")) - (1 + (body[6] == "B")) * 10**6) % 97 for body in corsican
    ]
    assert all(ours("nir", [f"{body}{key:02d}" for body, key in zip(corsican, keys, strict=True)]))


@quick
@given(nir_bodies(), st.sampled_from([" ", ".", "-", "\u00a0", "\u202f"]))
def test_a_nir_is_read_in_groups(bodies: list[str], gap: str) -> None:
    keyed = [body + nir.calc_check_digits(body) for body in bodies]
    spaced = [nir.format(text, gap) for text in keyed]
    assert ours("nir", spaced) == ours("nir", keyed)
    assert ours("nir", [text.lower() for text in spaced]) == ours("nir", keyed)


# Luhn and its relatives


@quick
@given(numbers(8), numbers(9))
def test_siren(heads: list[str], texts: list[str]) -> None:
    for tried in (with_luhn(heads), texts):
        # Ours leaves out dummies and numbers that end in six zeros, La Poste's apart.
        expected = [
            siren.is_valid(one) and (one == "356000000" or not (is_dummy(one) or one.endswith("000000")))
            for one in tried
        ]
        assert ours("siren", tried) == expected


@quick
@given(numbers(8), numbers(5), numbers(4), st.booleans())
def test_siret(heads: list[str], tails: list[str], nics: list[str], la_poste: bool) -> None:
    sirens = ["356000000"] * SIZE if la_poste else with_luhn(heads)
    whole = [*map(str.__add__, sirens, tails), *with_luhn(list(map(str.__add__, sirens, nics)))]
    tried = [*whole, "35600000000048", "35600000049837"]
    expected = [siret.is_valid(one) and not is_dummy(one) and not one.startswith("0" * 9) for one in tried]
    assert ours("siren.siret", tried) == expected


@quick
@given(numbers(8), numbers(2))
def test_vat(heads: list[str], keys: list[str]) -> None:
    sirens = [one for one in with_luhn(heads) if not one.startswith("000")]  # 000: Monaco's, which are no SIREN
    right = [f"FR{int(one + '12') % 97:02d}{one}" for one in sirens]
    wrong = [f"FR{key}{one}" for key, one in zip(keys, sirens, strict=False)]
    for tried in (right, wrong):
        # Keys with letters are accepted by stdnum only: ours has two digits (none is drawn here).
        expected = [tva.is_valid(one) and not is_dummy(one[4:]) and not one.endswith("000000") for one in tried]
        assert ours("siren.vat", tried) == expected


@quick
@given(numbers(10), numbers(7), numbers(11))
def test_rpps_and_finess(rpps: list[str], finess: list[str], random_rpps: list[str]) -> None:
    for tried in (with_luhn(rpps), random_rpps):
        # Ours asks for a first digit other than zero and for more than zeros.
        expected = [
            luhn.is_valid(one) and one[0] != "0" and not is_dummy(one) and not one.endswith("0" * 8) for one in tried
        ]
        assert ours("rpps", tried) == expected
        assert ours("rpps", [f"8{one}" for one in tried]) == expected
    places = ["2A", "2B", "01", "59", "75", "95"]
    for place in places:
        digits = place.replace("A", "1").replace("B", "2")  # a published Corsican number agrees with this reading
        tried = [place + luhn_tail(digits, one[:6]) for one in finess]
        expected = [not is_dummy(one) and one[2:] != "0000000" for one in tried]
        assert ours("finess", tried) == expected
        assert ours("adeli", tried) == expected
        assert not any(ours("finess", [one[:-1] + str((int(one[-1]) + 1) % 10) for one in tried]))


def luhn_tail(place: str, middle: str) -> str:
    return middle + luhn.calc_check_digit(place + middle)


@quick
@given(numbers(12), numbers(13), numbers(11))
def test_card_cip_and_tax_number(middles: list[str], whole: list[str], taxes: list[str]) -> None:
    cards = with_luhn([f"4{one}97" for one in middles])
    assert ours("card_number", cards) == [not is_dummy(one) and "0" * 10 not in one for one in cards]
    broken = [one[:-1] + str((int(one[-1]) + 3) % 10) for one in cards]
    assert not any(ours("card_number", broken))
    boxes = [f"34009{one[:8]}" for one in whole] + [f"34008{one[:7]}" + str(one[8]) for one in whole]
    assert ours("drug.cip13", boxes) == [ean.is_valid(one) and one[5:12] != "0000000" for one in boxes]
    heads = [one[:10] for one in taxes]
    right = [f"{head}{int(head) % 511:03d}" for head in heads]
    for tried in (right, whole):
        assert ours("tax_number", tried) == [
            nif.is_valid(one) and not is_dummy(one) and one[:10] != "0" * 10 for one in tried
        ]


@quick
@given(numbers(6))
def test_loinc_has_the_key_of_luhn(heads: list[str]) -> None:
    tried = [f"{one}-{luhn.calc_check_digit(one)}" for one in heads]
    assert ours("lab_result.loinc", tried) == [one.strip("0-") != "" for one in tried]
    assert not any(ours("lab_result.loinc", [f"{one[:-1]}{(int(one[-1]) + 1) % 10}" for one in tried]))


# Banks


def drawn_ibans(draw: random.Random, count: int) -> list[str]:
    """IBANs of every country in the form of our table, with the right key."""
    signs = {"n": string.digits, "a": string.ascii_uppercase, "c": string.digits + string.ascii_uppercase}
    found = []
    for structure, countries in STRUCTURES.items():
        for country in countries.split():
            for _ in range(count):
                account = "".join(
                    draw.choice(signs[part[0]]) for part in structure.split() for _ in range(int(part[1:]))
                )
                number = int("".join(str(int(sign, 36)) for sign in f"{account}{country}00"))
                found.append(f"{country}{98 - number % 97:02d}{account}")
    return found


def is_iban(text: str) -> bool:
    return bool(schwifty.IBAN(text, allow_invalid=True).is_valid)


def test_iban_of_every_country() -> None:
    draw = random.Random(7)
    right = drawn_ibans(draw, 4)
    assert len(right) > 400
    assert all(map(is_iban, right))
    assert all(ours("iban", right))
    swapped = [one[:-2] + one[-1] + one[-2] for one in right]
    shorter = [one[:-1] for one in right]
    lettered = [one[:4] + draw.choice(string.ascii_uppercase) + one[5:] for one in right]
    for tried in (swapped, shorter, lettered):
        assert ours("iban", tried) == [is_iban(one) for one in tried]


def test_iban_that_schwifty_draws() -> None:
    draw = random.Random(7)
    codes = ("FR", "MC", "DE", "BE", "MT", "GB", "IT", "ES", "PT", "CH", "LU", "NL", "PL", "RO", "GR")
    drawn = [str(schwifty.IBAN.random(country_code=code, random=draw)) for code in codes for _ in range(20)]
    assert all(ours("iban", drawn))
    french = [one[4:] for one in drawn if one[:2] in ("FR", "MC")]
    assert all(ours("iban.rib", french))  # the RIB key inside, which schwifty computes too


def test_the_countries_of_the_iban_are_those_of_schwifty() -> None:
    codes = {first + second for first in string.ascii_uppercase for second in string.ascii_uppercase}
    theirs = set()
    for code in codes:
        try:
            schwifty.registry.get_iban_spec(code)
        except schwifty.exceptions.SchwiftyException:
            continue
        theirs.add(code)
    assert {code for countries in STRUCTURES.values() for code in countries.split()} == theirs


@quick
@given(st.lists(st.from_regex(r"\A[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\Z"), min_size=SIZE, max_size=SIZE))
def test_bic(tried: list[str]) -> None:
    """Ours knows fewer countries: what it accepts they accept, and a French, Belgian or Swiss one is never missed."""
    for text, ok in zip(tried, ours("bic", tried), strict=True):
        assert not ok or (bic.is_valid(text) and schwifty.BIC(text, allow_invalid=True).is_valid)
    for country in ("FR", "BE", "CH"):
        named = [text[:4] + country + text[6:] for text in tried]
        expected = [bic.is_valid(text) and len(set(text)) > 1 for text in named]
        assert ours("bic", named) == expected


# Telephone, addresses of machines


def rounded(text: str) -> bool:
    """Endings that ours takes for dummies: six zeros, eight nines, one or two digits repeated."""
    tail = text[-8:]
    return tail.endswith("000000") or tail == "9" * 8 or tail == tail[:2] * 4


@quick
@given(numbers(9))
def test_phone(nines: list[str]) -> None:
    tried = [f"0{one}" for one in nines]
    verdicts, forms = ours("phone", tried), normal("phone", tried)
    for text, ok, form in zip(tried, verdicts, forms, strict=True):
        if text[1] == "0":
            continue  # 00 calls abroad
        parsed = possible_number(text)
        assert not ok or phonenumbers.is_possible_number(parsed)
        if phonenumbers.is_valid_number(parsed):
            assert ok or rounded(text) or form in DUMMIES
            assert form == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def possible_number(text: str) -> phonenumbers.PhoneNumber:
    """The number in the country whose plan holds it: France, or an overseas département by its first digits."""
    regions = {"GP": "590 690 691", "GF": "594 694", "MQ": "596 696 697", "RE": "262 263 692 693", "YT": "269 639"}
    region = next((code for code, starts in regions.items() if text[1:4] in starts.split()), "FR")
    fiction = text[1:4] == "639" and text[4] >= "8"  # 06 39 98 is metropolitan, for fiction
    return phonenumbers.parse(text, "FR" if fiction else region)


@pytest.mark.parametrize("region", ["FR", "GP", "GF", "MQ", "RE", "YT", "PM", "NC", "PF", "BE", "CH", "LU", "DE", "GB"])
def test_phone_of_a_country(region: str) -> None:
    """The example numbers of each plan, in the ways that people write them."""
    kinds = (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE)
    found = [phonenumbers.example_number_for_type(region, kind) for kind in kinds]
    shown = phonenumbers.PhoneNumberFormat
    for number in found:
        assert number is not None
        whole = phonenumbers.format_number(number, shown.E164)
        written = [whole, phonenumbers.format_number(number, shown.INTERNATIONAL), whole.replace("+", "00")]
        if region in ("FR", "GP", "GF", "MQ", "RE", "YT"):
            written.append(phonenumbers.format_number(number, shown.NATIONAL))
        assert all(one == whole for one in normal("phone", written))
        assert all(ours("phone", written)) or rounded(whole) or whole in DUMMIES


def test_no_country_code_is_made_up() -> None:
    codes = [f"+{code}6123456079" for code in range(1, 1000)]
    known = {str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE}
    for text, ok in zip(codes, ours("phone", codes), strict=True):
        digits = text[1:]
        # +33 and the overseas codes have their own plan, with its own lengths.
        if any(digits.startswith(own) for own in ("33", "590", "594", "596", "262", "508", "687", "689")):
            continue
        fits = len(digits) == 11 if digits[0] in "17" else True
        assert ok == (fits and any(digits.startswith(one) for one in known)), text


def is_address(text: str) -> bool:
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


dotted = st.lists(st.integers(0, 299).map(str), min_size=3, max_size=5).map(".".join)


@quick
@given(
    st.lists(st.ip_addresses(v=4).map(str), min_size=SIZE, max_size=SIZE),
    st.lists(st.ip_addresses(v=6).map(str), min_size=SIZE, max_size=SIZE),
    st.lists(dotted, min_size=SIZE, max_size=SIZE),
)
def test_ip_address(fours: list[str], sixes: list[str], others: list[str]) -> None:
    nobody = re.compile(r"^(?:0\.0\.0\.0|127\.|255\.255\.255\.255)|^::1?$")
    for tried in (fours, sixes):
        assert ours("ip_address", tried) == [not nobody.search(one) for one in tried]
    for text, ok in zip(others, ours("ip_address", others), strict=True):
        assert not ok or is_address(re.sub(r"\b0+(?=\d)", "", text))
    groups = [re.sub(r"[.]", ":", one) for one in others]
    colons = [*groups, *(one.replace(":", "::", 1) for one in groups), *(f"::{one}" for one in groups)]
    colons += [f"{one}:{other}" for one, other in zip(colons, reversed(colons), strict=True)]
    assert ours("ip_address", colons) == [is_address(one) and not nobody.search(one) for one in colons]


LOOKS: dict[str, Callable[[str], bool]] = {"nir": nir.is_valid, "siren": siren.is_valid, "iban": is_iban}


@pytest.mark.parametrize("kind", LOOKS)
def test_the_oracles_refuse_too(kind: str) -> None:
    """The control: an oracle that accepted everything would prove nothing."""
    one = RECOGNISERS[kind]
    assert all(LOOKS[kind](text) for text in one.examples_valid)
    assert not any(LOOKS[kind](text) for text in one.examples_invalid)
    with pytest.raises(ValidationError):
        nir.validate("255081416802539")
