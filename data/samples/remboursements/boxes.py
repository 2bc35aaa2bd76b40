"""Boxes of medicines by their CIP7, read in November 2026 in arrêtés of the Journal officiel and on public pages.

`topic` is what the box tells of whoever is reimbursed for it; "" for a treatment that tells nothing in particular.
"""

from __future__ import annotations

# CIP7, price in cents, topic; the name is for the reader only, the extract does not hold it.
BOXES = [
    ("3750138", 405, ""),  # amlodipine 5 mg
    ("3615096", 376, ""),  # bisoprolol
    ("3833829", 612, ""),  # bétahistine 24 mg
    ("3739533", 1012, ""),  # captopril et hydrochlorothiazide
    ("3797418", 1833, ""),  # ciprofibrate 100 mg
    ("3823280", 221, ""),  # dompéridone 10 mg
    ("3738031", 1240, ""),  # acébutolol 200 mg
    ("3780926", 9120, ""),  # exénatide 5 µg
    ("3553314", 1130, ""),  # ésoméprazole 20 mg
    ("3647742", 246, ""),  # lactulose
    ("3501872", 684, ""),  # amiodarone 200 mg
    ("3015303", 64120, "hiv_sti"),  # bictégravir, emtricitabine, ténofovir
    ("3022842", 64120, "hiv_sti"),  # les mêmes, en plaquettes
    ("3009386", 15542, "hiv_sti"),  # emtricitabine, ténofovir
    ("3705043", 181, "addiction"),  # buprénorphine 0,4 mg
    ("3791462", 317, "addiction"),  # méthadone 1 mg
    ("3679765", 1105, "oncology"),  # tamoxifène 20 mg
    ("3966542", 3036, "oncology"),  # anastrozole 1 mg
    ("3852034", 4063, "oncology"),  # bicalutamide 50 mg
    ("3622498", 165210, "oncology"),  # imatinib 400 mg
    ("3057147", 299, "mental_health"),  # neuroleptique
    ("3074298", 452, "mental_health"),  # neuroleptique
    ("3570471", 8340, "mental_health"),  # neuroleptique
]


def cip13(cip7: str) -> str:
    """The thirteen digits of a box: the prefix of French medicines, its CIP7, and the key of GTIN-13."""
    body = f"34009{cip7}"
    total = sum(int(digit) * (1 if place % 2 == 0 else 3) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"
