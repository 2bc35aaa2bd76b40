"""The documents of a shared record: titles as services write them, and what each says of the patient by itself.

Written from general knowledge of the documents' types; `says` is what a reader learns from the title alone, beside
that the person is cared for: a topic of health, or another category of GDPR art. 9.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Title:
    """A title with its weight, the LOINC code of its type, its author's profession, and whose it may be."""

    text: str
    weight: int
    loinc: str
    author: str
    says: str = ""
    sex: str = "FM"
    ages: tuple[int, int] = (0, 120)


TITLES = (
    Title("Ordonnance de médicaments", 14, "57833-6", "Médecin généraliste"),
    Title("Compte rendu de biologie médicale", 14, "11502-2", "Biologiste médical"),
    Title("Radiographie du thorax", 7, "18748-4", "Radiologue"),
    Title("IRM du genou", 5, "18748-4", "Radiologue", ages=(12, 120)),
    Title("Lettre de liaison à la sortie d’hospitalisation", 7, "34105-7", "Médecin hospitalier"),
    Title("Certificat de vaccination", 8, "11369-6", "Pharmacien"),
    Title("Volet de synthèse médicale", 6, "60591-5", "Médecin généraliste"),
    Title("Compte rendu de consultation de cardiologie", 5, "11488-4", "Cardiologue", ages=(30, 120)),
    Title("Compte rendu de passage aux urgences", 5, "34111-5", "Urgentiste"),
    Title("Compte rendu opératoire – cholécystectomie", 2, "11504-8", "Chirurgien", ages=(20, 120)),
    Title("Sérologie VIH 1 et 2 – résultat positif", 1, "11502-2", "Biologiste médical", "hiv_sti", ages=(18, 80)),
    Title("Suivi VIH – charge virale", 1, "11502-2", "Biologiste médical", "hiv_sti", ages=(20, 80)),
    Title("Compte rendu de consultation de psychiatrie", 3, "11488-4", "Psychiatre", "mental_health", ages=(15, 120)),
    Title("Ordonnance de méthadone", 1, "57833-6", "Addictologue", "addiction", ages=(20, 70)),
    Title("Sevrage alcoolique – lettre de sortie", 2, "34105-7", "Addictologue", "addiction", ages=(25, 80)),
    Title("Compte rendu de réunion de concertation pluridisciplinaire – cancer du sein", 2, "11488-4", "Oncologue",
          "oncology", "F", (30, 120)),
    Title("Protocole de chimiothérapie", 2, "57833-6", "Oncologue", "oncology", ages=(30, 120)),
    Title("Interruption volontaire de grossesse – compte rendu", 1, "11488-4", "Gynécologue", "reproductive", "F",
          (16, 45)),
    Title("Échographie obstétricale du deuxième trimestre", 3, "18748-4", "Gynécologue", "reproductive", "F", (18, 45)),
    Title("Caryotype – trisomie 21", 1, "11502-2", "Généticien", "genetic", ages=(0, 50)),
)  # fmt: skip
DRUGS = (
    ("DOLIPRANE 1000 mg, comprimé", ""), ("AMOXICILLINE BIOGARAN 500 mg, gélule", ""), ("LEVOTHYROX 75 µg", ""),
    ("KARDEGIC 75 mg", ""), ("METFORMINE 850 mg", ""), ("VENTOLINE 100 µg", ""), ("SPASFON 80 mg", ""),
)  # fmt: skip
READERS = ("Médecin généraliste", "Pharmacien", "Infirmier", "Biologiste médical", "Urgentiste", "Radiologue")
