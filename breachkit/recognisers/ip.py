"""IP addresses, version 4 and 6."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import matches, trimmed, when

V4 = r"^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?::\d{1,5})?$"
_GROUP = "[0-9a-f]{1,4}"


def _version_6() -> str:
    """Eight groups, or fewer around one double colon; at the end of it, an address of version 4 (RFC 4291, 2.2)."""
    whole = rf"(?:{_GROUP}:){{7}}{_GROUP}"
    shortened = "|".join(rf"(?:{_GROUP}:){{{left}}}(?::{_GROUP}){{1,{7 - left}}}" for left in range(1, 7))
    starts = rf":(?::{_GROUP}){{1,7}}|::"
    ends = rf"(?:{_GROUP}:){{1,7}}:"
    mapped = r"::ffff:(?:\d{1,3}\.){3}\d{1,3}"
    return f"^(?:{whole}|{shortened}|{starts}|{ends}|{mapped})$"


V6 = _version_6()
# Addresses that point to no person: unspecified, loopback, broadcast.
NOBODY = r"^(?:0\.0\.0\.0|127\.|255\.255\.255\.255|::1?$)"


def _valid(sql: str) -> str:
    return when(f"({matches(sql, V4)} OR {matches(sql, V6)})", f"NOT {matches(sql, NOBODY)}")


IP_ADDRESS = Recogniser(
    id="ip_address",
    field="ip_address",
    fr="Adresse IP",
    en="IP address",
    source="RFC 791 (IPv4), RFC 4291 et RFC 5952 (IPv6)",
    certainty="verified",
    form="4 nombres de 0 à 255, ou 8 groupes hexadécimaux",
    key="aucune",
    normalise=lambda sql: f"lower({trimmed(sql)})",
    shape=lambda n: f"({matches(n, V4)} OR {matches(n, V6)})",
    valid=_valid,
    chance=None,
    examples_valid=("192.0.2.17", "203.0.113.255", "2001:db8::8a2e:370:7334"),
    examples_invalid=("192.0.2.256", "192.0.2", "1.2.3.4.5", "12:30"),
    examples_degenerate=(
        "0.0.0.0",  # noqa: S104
        "127.0.0.1",
        "255.255.255.255",
        "::1",
    ),
    entity="FR_IP_ADDRESS",
    patterns=(
        TextPattern("ipv4", r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)", 0.4),
        TextPattern("ipv6", r"(?<![\w:])(?:[0-9a-f]{1,4}:){1,7}(?::?[0-9a-f]{1,4}){1,7}(?![\w:])", 0.3),
    ),
    context=("ip", "ipv4", "ipv6", "connexion", "serveur", "poste"),
)
