"""What is plainly technical or secret by its form: web addresses, UUIDs, password hashes, coordinates."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser
from breachkit.recognisers.keys import matches, trimmed, when

UUID_SHAPE = r"^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$"
HASH_SHAPE = (
    r"^(?:\$(?:2[abxy]?|argon2(?:i|d|id)|[156]|y|scrypt|pbkdf2[a-z0-9-]*|P|H|S)\$.{20,}"
    r"|pbkdf2_sha256\$.{30,}|\{S?SHA\}.{20,})$"
)
GPS_SHAPE = r"^-?\d{1,3}\.\d{3,}[,; ]+-?\d{1,3}\.\d{3,}$"

URL = Recogniser(
    id="other.url",
    field="other",
    fr="Adresse web",
    en="Web address",
    source="RFC 3986",
    certainty="published",
    form="http://, https:// ou www.",
    key="aucune",
    normalise=lambda sql: f"lower({trimmed(sql)})",
    shape=lambda n: matches(n, r"^(?:https?://|www\.)\S+$"),
    valid=lambda n: when(matches(n, r"^(?:https?://(?:www\.)?|www\.)[a-z0-9.-]+\.[a-z]{2,}(?:[/?#:]\S*)?$"), "true"),
    chance=None,
    examples_valid=("https://www.example.org/medecin/durand", "www.example.com"),
    examples_invalid=("example", "http://", "ftp://example.org"),
    examples_degenerate=("http://", "www."),
)

UUID = Recogniser(
    id="technical_id.uuid",
    field="technical_id",
    fr="Identifiant universel (UUID)",
    en="Universally unique identifier (UUID)",
    source="RFC 9562",
    certainty="published",
    form="8-4-4-4-12 chiffres hexadécimaux",
    key="aucune",
    normalise=lambda sql: f"lower({trimmed(sql)})",
    shape=lambda n: matches(n, UUID_SHAPE),
    valid=lambda n: when(matches(n, UUID_SHAPE), f"NOT {matches(n, '^[{]?[0-]+[}]?$')}"),
    chance=None,
    examples_valid=("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "{3F2504E0-4F89-41D3-9A0C-0305E82C3301}"),
    examples_invalid=("3f2504e0-4f89-41d3-9a0c", "3f2504e04f8941d39a0c0305e82c3301"),
    examples_degenerate=("00000000-0000-0000-0000-000000000000",),
)

PASSWORD_HASH = Recogniser(
    id="password.hash",
    field="password",
    fr="Mot de passe haché (bcrypt, argon2, crypt)",
    en="Hashed password (bcrypt, argon2, crypt)",
    source="Modular crypt format et PHC string format",
    certainty="usual",
    form="préfixe du procédé, puis l'empreinte",
    key="aucune",
    normalise=trimmed,
    shape=lambda n: matches(n, HASH_SHAPE),
    valid=lambda n: when(matches(n, HASH_SHAPE), "true"),
    chance=None,
    examples_valid=("$2y$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde",),
    examples_invalid=("motdepasse", "$2y$10$court", "5f4dcc3b5aa765d61d8327deb882cf99"),
    examples_degenerate=("$2y$10$", "XXX"),
)

COORDINATES = Recogniser(
    id="gps",
    field="gps",
    fr="Latitude et longitude",
    en="Latitude and longitude",
    source="ISO 6709",
    certainty="published",
    form="latitude, longitude en degrés décimaux",
    key="aucune (bornes)",
    normalise=trimmed,
    shape=lambda n: matches(n, GPS_SHAPE),
    valid=lambda n: when(
        matches(n, GPS_SHAPE),
        f"abs(TRY_CAST(regexp_extract({n}, '^[-0-9.]+') AS DOUBLE)) BETWEEN 0.001 AND 90 "
        f"AND abs(TRY_CAST(regexp_extract({n}, '[-0-9.]+$') AS DOUBLE)) <= 180",
    ),
    chance=None,
    examples_valid=("48.85661, 2.35222", "-21.1151;55.5364"),
    examples_invalid=("48.85661", "98.85661, 2.35222", "48, 2"),
    examples_degenerate=("0.000, 0.000",),
)
