"""Every kind of identifier that breachkit knows, by id: listed one by one, nothing is discovered."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from breachkit.recognisers.adeli import ADELI
from breachkit.recognisers.bic import BIC
from breachkit.recognisers.card import CARD
from breachkit.recognisers.ccam import CCAM, GHM, NGAP
from breachkit.recognisers.cim10 import CIM10
from breachkit.recognisers.date import DATE
from breachkit.recognisers.definition import Recogniser
from breachkit.recognisers.drug import ATC, CIP7, CIP13
from breachkit.recognisers.email import EMAIL, MSSANTE_EMAIL
from breachkit.recognisers.finess import FINESS
from breachkit.recognisers.iban import IBAN, RIB
from breachkit.recognisers.id_document import DRIVING_LICENCE, IDENTITY_CARD, PASSPORT, VITALE_CARD
from breachkit.recognisers.ins import INS_C, INS_MATRICULE
from breachkit.recognisers.ip import IP_ADDRESS
from breachkit.recognisers.loinc import LOINC
from breachkit.recognisers.nir import NIR, NIR_WITHOUT_KEY
from breachkit.recognisers.phone import PHONE
from breachkit.recognisers.plate import PLATE
from breachkit.recognisers.postcode import COMMUNE_CODE, POSTCODE
from breachkit.recognisers.rpps import RPPS
from breachkit.recognisers.siren import SIREN, SIRET, VAT
from breachkit.recognisers.spi import SPI
from breachkit.recognisers.url import COORDINATES, PASSWORD_HASH, URL, UUID

_ALL = (
    NIR,
    NIR_WITHOUT_KEY,
    INS_C,
    INS_MATRICULE,
    RPPS,
    ADELI,
    FINESS,
    SIREN,
    SIRET,
    VAT,
    PHONE,
    EMAIL,
    MSSANTE_EMAIL,
    POSTCODE,
    COMMUNE_CODE,
    IBAN,
    RIB,
    BIC,
    CARD,
    DATE,
    IP_ADDRESS,
    CIM10,
    CCAM,
    NGAP,
    GHM,
    CIP13,
    CIP7,
    ATC,
    LOINC,
    PLATE,
    SPI,
    PASSPORT,
    IDENTITY_CARD,
    DRIVING_LICENCE,
    VITALE_CARD,
    URL,
    UUID,
    PASSWORD_HASH,
    COORDINATES,
)

RECOGNISERS: Mapping[str, Recogniser] = MappingProxyType({one.id: one for one in _ALL})
