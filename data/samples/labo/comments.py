"""Comments as the desks of laboratories type them, with what each says; all written for this sample.

`of` is the age and sex they fit: "" anybody, "F" women from 18 to 45, "A" adults, "C" children.
"""

from __future__ import annotations

# text, categories of GDPR art. 9 and 10 that it tells of the patient, of
COMMENTS: list[tuple[str, tuple[str, ...], str]] = [
    ("Sérologie VIH positive, résultat à remettre en main propre par le biologiste", ("health",), "A"),
    ("HIV + connu, suivi à l'hôpital, ne pas annoncer au téléphone", ("health",), "A"),
    ("Hépatite C traitée, contrôle charge virale", ("health",), "A"),
    ("Enceinte de 5 mois, sous héparine", ("health",), "F"),
    ("Grossesse non annoncée à la famille, ne pas appeler à la maison", ("health",), "F"),
    ("IVG prévue la semaine prochaine, RAI en urgence", ("health",), "F"),
    ("FIV en cours, dosages du matin avant 9h", ("health",), "F"),
    ("Diabétique insulino-dépendante, malaise lors du dernier prélèvement", ("health",), "A"),
    ("Sous Previscan, INR cible 2-3", ("health",), "A"),
    ("Chimio le jeudi, NFS la veille avant 10h", ("health",), "A"),
    ("Cancer du sein, ponctionner le bras droit uniquement", ("health",), "A"),
    ("Leucémie suivie en hématologie, appeler le service si plaquettes < 20000", ("health",), "A"),
    ("Patient sous méthadone, recherche de toxiques urinaires mensuelle", ("health",), "A"),
    ("Alcoolisme chronique, CDT tous les trois mois à la demande de la préfecture", ("health",), "A"),
    ("Schizophrène, accompagné par un infirmier du CMP, clozapinémie", ("health",), "A"),
    ("Dépressive, lithiémie mensuelle", ("health",), "A"),
    ("Insuffisant rénal dialysé, ne pas piquer le bras de la fistule", ("health",), "A"),
    ("Épileptique, prélever allongé", ("health",), ""),
    ("Allergie au latex", ("health",), ""),
    ("Test de paternité demandé par le juge, chaîne de garde à respecter", ("genetic",), "A"),
    ("Témoin de Jéhovah, refuse toute transfusion", ("religion",), "A"),
    ("Ramadan : repasse à jeun après le coucher du soleil", ("religion",), "A"),
    ("Homosexuel, dépistage IST tous les 3 mois sous PrEP", ("sex_life", "health"), "A"),
    ("Femme trans, garder le prénom d'usage à l'appel", ("sex_life",), "A"),
    ("Détenu à la maison d'arrêt, prélèvement sous escorte", ("offence",), "A"),
    ("Mutation BRCA1 dans la famille, consultation d'oncogénétique faite", ("genetic", "health"), "A"),
    ("Mucoviscidose, ECBC à apporter avant 11h", ("genetic", "health"), "C"),
    ("Prélèvement à domicile, digicode 4512B, 3e gauche", (), ""),
    ("Portail code A2907, sonner chez la voisine", (), ""),
    ("Règle par chèque, encaisser en fin de mois", (), "A"),
    ("Ordonnance renouvelable, scannée le 12/03", (), ""),
    ("Résultats à faxer au cabinet", (), ""),
    ("Ne répond pas au téléphone, laisser un message", (), ""),
    ("Carte Vitale oubliée, repasser", (), ""),
    ("Mutuelle à mettre à jour", (), ""),
    ("Vient toujours accompagnée de sa fille", (), "F"),
    ("Impayé mars, relance envoyée", (), "A"),
    ("Veut ses résultats par courrier", (), ""),
]
