"""Electronic addresses, and those of the health messaging space MSSanté."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import matches, trimmed, when

LOCAL = r"^[a-z0-9àâäçéèêëîïôöùûüÿœæ._%+'&~=!#/-]+"
SHAPE = LOCAL + r"@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z]{2,}$"
MSSANTE = r"@(?:[a-z0-9-]+\.)*mssante\.fr$"
# Local parts or whole addresses typed to fill a compulsory box. Our list.
DUMMY = (
    r"^(?:n[./]?[acr]|nsp|aucune?|neant|sans|pas(?:de?|-de-|_de_)?(?:e?-?mail|adresse)?"
    r"|no(?:-?e?mail|ne|n)?|inconnu|x+|aa+|z+|test|toto|mail|email|adresse|exemple)@"
)


def normalise_email(sql: str) -> str:
    """Lower-case text without blanks around it, without `mailto:` and angle brackets."""
    return f"regexp_replace(lower({trimmed(sql)}), '^(?:mailto:)|[<>;,]+$|^<', '', 'g')"


def _valid(sql: str) -> str:
    return when(
        f"position('@' IN {sql}) > 1",
        f"({matches(sql, SHAPE)} AND NOT {matches(sql, DUMMY)} AND position('..' IN {sql}) = 0)",
    )


EMAIL = Recogniser(
    id="email",
    field="email",
    fr="Adresse électronique",
    en="E-mail address",
    source="RFC 5322 (addr-spec), RFC 1035 (domaine), RFC 6531 (accents tolérés avant l'arobase)",
    certainty="published",
    form="nom@domaine",
    key="aucune",
    normalise=normalise_email,
    shape=lambda n: matches(n, r"^[^@\s]+@[^@\s]+$"),
    valid=_valid,
    chance=None,
    examples_valid=("marie.durand@example.org", " Jean-Paul_12@Mail.Example.COM ", "<a.b@example.fr>"),
    examples_invalid=(
        "marie.durand@",
        "@example.org",
        "marie durand@example.org",
        "a..b@example.org",
        "marie@localhost",
    ),
    examples_degenerate=("nc@example.org", "xxx@example.org", "pasdemail@example.org", "@"),
    entity="FR_EMAIL_ADDRESS",
    patterns=(TextPattern("email", r"[\w.+%'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}", 0.5),),
    context=("mail", "mails", "email", "courriel", "adresse", "mel", "messagerie"),
)

MSSANTE_EMAIL = Recogniser(
    id="email.mssante",
    field="email",
    fr="Adresse MSSanté (professionnel)",
    en="MSSanté address (a professional's)",
    source="ANS, espace de confiance MSSanté\u202f: domaines sous mssante.fr",
    certainty="published",
    form="nom@….mssante.fr",
    key="aucune",
    normalise=normalise_email,
    shape=lambda n: matches(n, MSSANTE),
    valid=lambda n: when(matches(n, MSSANTE), _valid(n)),
    chance=None,
    examples_valid=("paule.vidal@medecin.mssante.fr", "Labo@aura.mssante.fr"),
    examples_invalid=("paule.vidal@example.org", "paule@mssante.fr.example.org"),
    examples_degenerate=("nc@medecin.mssante.fr",),
    entity="FR_MSSANTE",
    patterns=(TextPattern("mssante", r"[\w.+-]+@(?:[A-Za-z0-9-]+\.)*mssante\.fr\b", 0.8),),
    context=("mssanté", "mssante", "messagerie"),
)
