"""The health and genetic lexicons: everyday sentences that must be found, innocent ones that must not, drug names."""

from __future__ import annotations

import polars as pl
import pytest

from breachkit.freetext.findings import find_mentions
from breachkit.freetext.lexicon import load_lexicon
from breachkit.freetext.spelling import respelling

# Written by us after the lexicon, in the words of patients, secretaries and doctors; each must show health.
REVEALING = """
a fait un petit AVC cet été, parle lentement depuis
sort de clinique jeudi, prévoir lit bas
dialyse mardi jeudi samedi, jamais joignable ces matins-là
la petite a encore fait une crise à l'école, pompiers
pas vu depuis sa fausse couche
le fils est suivi au CMPEA
a replongé, la femme a trouvé les bouteilles
cherche un kiné pour son épaule
ne quitte plus son lit depuis la mort de son chat
on lui a retiré un sein en mars
le mari perd la boule, c'est elle qui signe
a l'air d'avoir maigri, 12 kilos en deux mois
souffle au coeur découvert à la visite
port d'un corset jusqu'à 16 ans
greffée du rein en 2015
attend les résultats de la biopsie
sa thyroïde fait des siennes
vient en ambulance couché
mains qui tremblent, haleine chargée
n'a pas dessaoulé depuis Pâques
ne supporte pas la pénicilline
œdème des chevilles, lasilix doublé
a fait une mauvaise chute, col du fémur
migraineuse, éteindre le néon
le gamin a la varicelle, sortir de la salle
doit se faire opérer de la cataracte
le petit dernier est né à 28 semaines
enceinte de 5 mois, monter par l'ascenseur
refuse toujours le vaccin grippe
asthme ++, ventoline dans le sac
a la maladie de Crohn, laisser les toilettes libres
fait de l'hypertension, stressée par la prise
sous Previscan
cicatrice qui suinte
suit une psychothérapie
s'est ouvert les veines en 2012
a essayé de se foutre en l'air
pèse 140 kg, fauteuil large
malentendante, parler fort
se shoote encore d'après le frère
accro aux jeux à gratter
est en HAD
très fatiguée par ses rayons
on lui a posé une pile
apnées du sommeil, appareil à nettoyer
a arrêté son traitement tout seul
cherche à tomber enceinte depuis 3 ans
sa fille ne mange plus rien, 38 kg
crise de goutte
a eu le covid deux fois
sciatique qui revient
bras dans le plâtre
lumbago, ne peut pas attendre assis
hernie discale L5
a des absences
ne se souvient plus de rien
ses jambes ne la portent plus
elle entend des voix
il délire complètement
encore une rechute, hôpital de jour
enfant placé en IME
reconnue travailleur handicapé
a la RQTH
touche l'AAH
place PMR svp, sclérosé
doit voir l'oncologue
cs mémoire demandée
dépistage positif, à rappeler vite
Kaftrio débuté
mère porteuse saine muco
père mort d'un cancer du pancréas
frère schizophrène
la nièce fait de l'anorexie
sa femme est en soins palliatifs
mari alcoolique
le voisin a la gale
collègue en burn out
TSH à 8, augmenter le Lévo
INR dans les choux
diabète déséquilibré HbA1c 9,8
plaies aux deux pieds
pieds gonflés
a du mal à marcher
déprime saisonnière
sous Seroplex depuis 3 mois
anxieuse à l'idée de la piqure
cachets pour dormir
on a retiré les fils lundi
pose d'un stérilet le 12
oubli de pilule
règles abondantes
IVG médicamenteuse
accouchement prévu le 3 mars
allaite encore
bébé avec reflux
RGO du nourrisson
eczéma aux mains
psoriasis coude
acné sous Curacné
zona thoracique
angine, TDR positif
otite à répétition
cystite
prostate opérée
impuissance, Cialis
PSA en hausse
polype retiré
côlon irritable
cirrhose
foie malade
hépatite C guérie
calcul rénal
pyélonéphrite
embolie pulmonaire
phlébite mollet
pacemaker contrôlé
infarctus 2018, 3 stents
valve mécanique
SEP en fauteuil
Parkinson évolué
épilepsie, Keppra
glaucome, gouttes
DMLA
appareillée des deux oreilles
trisomique
autiste non verbal
TDAH sous ritaline
dyslexique
retard de langage
enurésie
poux
rhume des foins
allergique aux arachides
intolérance au lactose
EpiPen à l'école
arrêt jusqu'au 15
accident du travail, main écrasée
licenciée pour inaptitude
mi-temps thérapeutique
en ALD
fin de vie, famille prévenue
décédé d'une overdose
perfusion à domicile
pansement escarre
sonde à demeure
trachéo
colostomie
pilulier fait par IDE
sous oxygène
VNI la nuit
le crabe l'a rattrapé
attend un petit pour juin
se pique, abcès au bras
vient pour son TSO
la bouteille a repris le dessus
ne boit plus une goutte depuis janvier
fume deux paquets
clean depuis 6 mois
porteuse du gène
consult génétique à Nantes
hémophilie A
drépano SS
mucoviscidose chez le cousin
test Huntington négatif
caryotype normal
""".strip().splitlines()

# Written by us: what a secretary notes all day, and words of medicine that say nothing on anybody's health.
INNOCENT = """
rappeler après 18h, travaille de nuit
code postal à corriger
vient toujours avec dix minutes de retard
a changé de médecin traitant
ordonnance à renouveler
demande un certificat pour le judo
carte vitale à mettre à jour
tiers payant refusé par la mutuelle
feuille de soins perdue
infirmière libérale, préfère le midi
kiné du village, échange de créneaux
la salle du kiné est au fond du couloir
pharmacie de la Santé, fax en panne
rue de l'Hôpital, 3e étage
habite derrière l'hôpital
garé à la place handicapés
ascenseur en panne, monter à pied
le chat est malade, a annulé
chien opéré hier, ne peut pas sortir
imprimante malade
standard saturé, rappeler
prendre le bus 12, arrêt Clinique
a oublié ses lunettes
a perdu son carnet de santé
mutuelle santé à jour
visite à domicile le jeudi
renouvellement à déposer à l'accueil
mange à la cantine, dispo après 14h
commande de gants et de compresses
vaccins au frigo, porte mal fermée
frigo à 8 degrés
réunion soins palliatifs reportée
formation addictologie le 12
remplaçante du Dr Petit, Mme Sage
interne en psychiatrie, ne répond pas au tél
secrétaire à la maternité
travaille à l'EHPAD de nuit
aide-soignante, horaires décalés
ambulancier, téléphone le matin
pompier volontaire
cours de yoga le mardi
joue au foot en salle
fait de la voile
président de l'association contre le cancer
bénévole au Téléthon
don du sang samedi, salle des fêtes
lit le Canard enchaîné
regarde le cœur net
prend l'autoroute A7
poids lourd, se gare en bas
tension sur les rendez-vous
la porte est bloquée, pousser fort
a cassé sa voiture
pare-brise cassé
panne de chauffage
fuite d'eau chez le voisin
canalisation bouchée
facture kiné envoyée deux fois
remboursement lunettes en attente
devis dentaire à signer
paiement en trois fois
chèque sans signature
a réglé 25 euros
dossier en souffrance
traitement du dossier en cours
opération portes ouvertes
opération de maintenance
contrôle technique à faire
examen du permis demain
bilan comptable
test de la ligne ok
le fax ne passe pas
mot de passe oublié
ne pas appeler le matin
préfère les SMS
part en vacances au Maroc
maison avec volets bleus
bleu de travail
vin d'honneur à la mairie
tabac en bas de l'immeuble
vient d'avoir 80 ans, gâteau
jeune retraité
mère de famille nombreuse
veuve, vit seule
déménage à Lyon
nom d'épouse à ajouter
double nom de famille
homonyme, vérifier la date de naissance
courrier revenu NPAI
adresse incomplète
bâtiment B, escalier 2
digicode en panne
sonner deux fois
interphone au nom de Sang
M. Coeur, Mme Rein
Dr Goutte absent
Mme Fièvre rappellera
famille Malade
Mme Dupuis-Legros
village de Migraine
rue de la Fontaine
lieu-dit la Peste
restaurant Le Crabe
hôtel de la Santé
café du Commerce
boulangerie sans gluten
potager, nous apporte des tomates
a offert une bouteille de vin
chocolats pour l'équipe
colis de 12 kg à la loge
colis oxygène livré par erreur
livraison repas le lundi
porte du parking PMR
rampe d'accès en travaux
fauteuil de la salle d'attente cassé
enceinte de l'école fermée
lecteur de carte HS
oxymètre en réparation
ECG à réparer
tensiomètre prêté au Dr Blanc
autoclave en révision
stage infirmier terminé
étudiante en médecine
prof de SVT
vétérinaire à la retraite
vend des assurances santé
syndic prévenu
ticket de parking
ligne 15 du tram
rdv déplacé au 15
annulé, reporte à mardi
urgence vitale carte à refaire
créneau d'urgence à 11h
accès par l'urgence incendie
plombier chez lui mardi
trouver un créneau rapidement
la secrétaire est allée au marché
grosse pluie, sera en retard
mort de rire au téléphone
tête en l'air, oublie ses papiers
pied-à-terre à Paris
bras droit du maire
nez rouge, clown de métier
gros mangeur de gâteaux
mal garé
mal orthographié
du mal à joindre le secrétariat
a mal compris l'horaire
perte de la carte vitale
chute de neige
coup de fil à passer
prise de rdv en ligne
prise en charge acceptée
régime agricole
régime social des indépendants
parcours de soins
dossier médical partagé ouvert
ouvrir mon espace santé
""".strip().splitlines()

# Written by us, family by family (obstetrics, occupational disease, sleep, breath tests, short forms, typing errors).
REVEALING_BY_FAMILY = """
dépassement du terme, rdv lundi
déclenchée à 41 SA
déclenchement prévu jeudi
sera déclenchée vendredi si rien
à terme, valise prête
proche du terme, ne se déplace plus
terme le 14 juin
terme théorique 3/05
terme au 12
MIU 2021, ne pas féliciter
mort intra-utérine en mars
la cigogne va passer
attend la cigogne
bébé prévu pour la Toussaint
bb en route
en cloque depuis mai
dilatée à 3
col à 2 doigts
maternité prévenue, valise prête
césar programmée
césarienne le 4
siège, version tentée
BDF présent
BDC +
RCF normal
RPM cette nuit
perd les eaux
a perdu les eaux
a perdu le bouchon muqueux
va être maman
grossesse gémellaire
doit accoucher le 4
accouche bientôt
J3 post-partum
primi 39 SA
G3P2 terme mars
bébé attendu fin août
MAP, alitée
ne l'a pas gardé
enfant mort-né en 2019
a perdu son bébé à 6 mois
fausse couche tardive
FCS x3
interruption médicale
IMG 22 SA
MP 57 reconnue
maladie professionnelle tableau 98
tableau 57 épaule
déclaration MP en cours, épaule
MP 30 bis, amiante
tableau 42 surdité
MP n° 66
AT du 12/03, épaule
AT reconnu, consolidé en mai
DMP canal carpien bilatéral
CMI maladie pro
TMS poignet
a demandé la reconnaissance en maladie pro
AT/MP épaule droite
rechute AT
faute inexcusable, AT main
rente AT 15 %
IPP 12 %
inapte à son poste
transféré à l'UHSI de Lille
UHSA Seclin
sort d'UHSA
SMPR deux fois par semaine
admis à l'UMD de Sarreguemines
USIP depuis janvier
loyer en retard, sommeil 0
sommeil nul
sommeil = 0
sommeil --
sommeil catastrophique
ne ferme pas l'œil
n'a pas fermé l'œil de la nuit
nuits blanches
dort 3h par nuit
dort 2 h par nuit
ne dort plus
insomnies ++
dort avec des cachets
sommeil haché
troubles du someil
appétit 0
moral 0
moral à plat
moral = 0
appétit nul
dépistage hepC négatif
hepB guérie
hépC traitée
hep c depuis 2003
VHC+
VIH-
VIH+
sérop depuis 2004
séro+
seropo
probleme d'alcol
pb dalcool
l'alcol l'a détruit
DT1
DT2 mal équilibré
DT 2
DID depuis l'enfance
DNID
dépendance alalcool
ne boit plusdepuis mai
HTAet diabète
diabètetype 2
diabete type2
depressionnerveuse
asmatique
astmatique
epylepsie
crise d épillepsie
parkinsson
alzeimer
cancerdu sein
cancer du sain
Ksein
K poumon
KBronchique
sclerose en plaqe
scléroseen plaques
fibromialgie
arthose du genou
sciatike
enceint de 5 mois
enseinte de 5 mois
vacciné covid19
épilepsi
éthylotest négatif
éthylotest 0,8
éthylomètre 0,52 mg/l
alcootest positif
alcootest 0.0
a soufflé 0,9
souffle 0,00 au contrôle
soufflé 1,2 g
1,8 g dans le sang
2 g d'alcool
alcoolémie 0
test salivaire positif
dépistage salivaire cannabis +
EAD posé dans sa voiture
dégrisement cette nuit
cellule de dégrisement
IPM
ivresse publique
test à la sueur négatif
Guthrie normal
TNN normal
trypsine immunoréactive élevée
CRCM lundi
test sueur à 78
stress au boulot
très stressée par son chef
trop de stress en ce moment
stressé ++
stress chronique
à cran, ne dort plus
boule au ventre avant d'aller au travail
c'est le stress d'après elle
surmenée
surmenage
épuisée nerveusement
sa mère est opérée du genou jeudi
opération de la cataracte reportée
après son opération, ne conduit plus
doit être opéré en mars
va se faire opérer du dos
suites d'opération, pansements
le mari est malade depuis lundi
malade depuis trois jours
la petite est malade, annule
chienne de vie, dépression depuis le divorce
accident de voiture, blessé aux jambes
tombé de vélo, bras cassé
chute à vélo, poignet
chute dans l'escalier hier
porte un corset la nuit
en fauteuil, fatiguée
table d'examen trop haute pour elle, paraplégique
fume 20 cigarettes
fume un joint le soir
boit trop
boit du vin dès le matin
boit 6 bières par jour
ne boit plus depuis 2 ans
il boit
elle boit en cachette
drogué, a volé des ordonnances
toxicomane connu
accro aux antidouleurs
accro à l'héroïne
carences multiples
carencée en fer
anémie, carence martiale
carence en vitamine D
avortement en 2019
a avorté l'an dernier
test positif ce matin, isolement
test grippe positif
autotest covid positif
testée positive hier
IRM le 12, résultat à appeler
IRM cérébrale normale
scanner demandé
scanner du thorax mardi
scanner ok
radio du genou à faire
radio pulmonaire normale
bilan perturbé
prise de sang à refaire
tension 16/9
tension à 18
TA 15/8
béquilles depuis son entorse, place près de l'entrée
marche avec des béquilles
marche avec une canne
marche mal depuis l'AVC
FA sous Eliquis
SEP rémittente
il a la SEP
TS en 2019
TS médicamenteuse
encore une TS
AAH, TED non verbal
IC stade III
PAC posée en mars
HO levée
DAI posé, ne pas passer au portique
TC avec PCI
épuisée par les nuits
épuisée, pleure
épuisement maternel
essoufflée, à bout de souffle au 1er étage
a appelé le 3114 cette nuit
22 SA, tout va bien
tabac 30 PA
30 PA sevré
sort de cure
en cure de désintox
postcure en juin
rechute, retour en cure
fait une cure à Luchon
lentilles de contact, irritation
porte des lentilles
porteuse d'une mutation BRCA1
mutation du gène CFTR
pas de mutation retrouvée
recherche de mutation en cours
maladie de Gaucher
maladie de Fabry
syndrome d'Usher
sous pilule Jasmine
fugue de l'EHPAD hier
mamie fugue la nuit
désorientée
condamné, sous méthadone
sort de prison, toxicomane
vaccinée covid
refuse le vaccin
vaccin grippe fait
vaccination à jour
ambulance à prévoir
vient en ambulance
AES hier au bloc, source VIH+
sous TPE depuis lundi
sous PrEP
AMP en cours à Bordeaux
GEA depuis hier
BK crachats négatifs
candida buccal
aveugle de naissance
il est sourd, écrire
mari paralysé
bébé prématuré, couveuse
le bébé est mort à la naissance
mort d'un cancer
allergique aux fruits de mer
allergie au latex
intolérante au lactose
souffre d'un cancer
souffre du dos
souffre de solitude et d'alcoolisme
maniaco-dépressif
phobie scolaire
hyperactif, sous ritaline
addiction aux jeux
poids en baisse, 45 kg
fracture du poignet
tumeur au cerveau
métastases osseuses
verrue plantaire
boutons partout
ne sort plus, déprime
stress post-traumatique
la secrétaire est enceinte
collègue en arrêt pour dépression
oxygène à domicile
perfusion le matin
injection de Xeplion
piqûres tous les jours
hospitalisé en psychiatrie
suivi en psychiatrie à Sainte-Anne
entrée par les urgences hier
dialysé lundi mercredi vendredi
créneau dialyse le matin
suivi grossesse
enceinte, terme en mai
gale traitée
gauchère contrariée, dyslexique
joueur compulsif
stupéfiants : usage quotidien
consomme du cannabis
à terme, bébé en siège
déclenchement vendredi matin
terme prévu début mai
a perdu les eaux cette nuit
bb prévu pour Noël
va être papa en juin
mort in utero 24 SA
MIU il y a 2 ans
reconnaissance MP refusée
tableau 57 A, épaule droite
exposé à l'amiante
inapte au poste, reclassement
TMS du poignet
extrait pour l'UHSI
UHSA de Lyon depuis 3 semaines
vu au SMPR
sommeil très perturbé
n'a pas fermé l'œil
appétit nul, moral nul
ne dort que 3h par nuit
hepB vaccinée
séro pos
céropositif
dalcoolisme
Kprostate
enciente de 3 mois
infractus en 2015
éthylotest positif à l'embauche
éthylotest : 0
a soufflé 0,8
1,5 g d'alcool dans le sang
test de sueur douteux
stressée au boulot
trop de stress, ne dort plus
surmenage
le stress du travail la ronge
panel NGS négatif
titine mutée
pas de variant pathogène
branché à 13h, débranché à 17h
poids sec 62
test salivaire positif aux stups
en dégrisement samedi
""".strip().splitlines()

# Written by us while asking of each term where else it occurs: machines, codes, names, leisure, jobs, idioms.
INNOCENT_LOOKALIKES = """
le saturomètre de la salle 2 est mort, en racheter un
la balance pèse-bébé est à étalonner
l'ancienne table d'examen rend l'âme
le standard est à bout de souffle, à remplacer
batterie du défibrillateur du hall à changer
test négatif de l'imprimante réseau
test positif du lecteur de chèques après redémarrage
autotest de l'onduleur concluant
radio en charge sur le chargeur du bureau
radio de l'accueil trop forte
la radio locale passe l'interviewer
canal radio 3 pour les agents de sécurité
talkie en charge, canal 5
porte automatique paralysée par la neige
logiciel grippé depuis la mise à jour
serveur infecté par un virus, le technicien passe
le virus informatique est parti, antivirus renouvelé
clé USB infectée, ne pas la brancher
souris morte, clavier fatigué
perfusion de café pour l'équipe ce matin
disque dur malade, sauvegarde faite
crise de nerfs de l'imprimante
chaudière en rade, radiateur d'appoint
ventilateur fatigué, en racheter un
le fauteuil du bureau est cassé
fauteuil roulant de l'entrée à regonfler
béquilles prêtées non rendues, caution encaissée
attelles en stock: taille M épuisée
colle biologique périmée, jeter
le vaccin est arrivé à la pharmacie du centre, prévenir le cabinet
boîte jaune pleine, appeler le collecteur
DASRI: ramassage vendredi
commande de doses de vaccins pour la campagne
test d'effort de la nouvelle imprimante
scanner de la réception en panne
scanner les pièces avant envoi
scanner le dos de la carte de mutuelle
numériser puis scanner le verso
IRM du CHU fermée pour travaux
poche de glace dans le congélateur du cabinet
piles de l'otoscope mortes
ampoule grillée dans le couloir
plaie de connexion, la box rame
agrafeuse bloquée, agrafes à commander
points de retrait: relais du tabac
retirer les agrafes avant de scanner
sonde de température du frigo à étalonner
cathéter commande en rupture fournisseur
gouttière du toit bouchée
fuite au niveau du lavabo salle 3
la chasse fuit dans les toilettes
chute du faux plafond en salle d'attente
chute de tension électrique ce matin
court-circuit et baisse de tension
tension 220 V sur la prise
compteur électrique: tension trop basse
faire le 15 puis étoile sur l'interphone
le 36A08 ne fonctionne plus
badge 12PA à désactiver
code porte 5FU puis dièse
composer le 1SA2 au portail
bâtiment T21 au fond
porte G6, escalier P2
salle HP12, niveau -1
appartement HLA B27
bureau 3PA au deuxième
immeuble SEP, entrée B
référence colis VIH2024
dossier n° 22SA
chambre 14 SA
parking P3 G2
le 3812 puis l'étoile
bip 3114 de garde
ligne T2, arrêt Alsace
bus C19, descendre à la mairie
rue du 8 mai, code 1945
TVA 20 % sur facture 3712
CB refusée deux fois, code 51
commande n° CD4 reçue
plaque TS-300
local TC au sous-sol
DT 14 h au lieu de 15 h
IC de 8h12 annulé, viendra à pied
TC: train en commun
FA: facture acquittée
IRA de Metz, fonctionnaire
PAC à poser chez lui, artisan chauffagiste
pose d'une PAC air/eau, attend le livreur
SAD: service administratif départemental
SED relance faite
HO: horaires d'ouverture à vérifier
TED à télécharger
IMS à contacter pour la facture
pneu crevé, aura du retard
accident de carrosserie, attend le dépanneur
sa voiture est en panne, prendra le bus
moteur cassé, vient en covoiturage
freins à refaire, garage mardi
coude à coude avec le voisin de parking
match de l'OM, pas dispo ce soir
entraîneur de foot, mercredi impossible
accro au vélo, jamais en voiture
accro à son potager
accro aux mots fléchés
accro à la série du soir, ne pas appeler à 20h
drogué aux sudokus
malade de foot, regarde tous les matchs
fou de moto
joueur de poker le jeudi
joueuse de boules, dispo le matin
loto du village samedi
casino de quartier fermé, courses à Intermarché
courses chez Casino
travaille au casino de la plage comme croupier
jeu de piste avec les enfants
addict aux séries
course d'endurance dimanche
marathon de Paris, absent
marche rapide le mardi
fait de la marche avec le club
club de marche nordique, dispo après 11h
randonnée dans le massif, injoignable
course contre le cancer, dossard à remettre
stage de poney
cheval blessé au pré, a annulé
le chien a vomi dans la voiture, sera en retard
le lapin de la petite est mort
chatte enceinte, véto demain
vaches malades, agriculteur débordé
vaccin du chien mardi
piqûre du chien à 15h
poules atteintes, éleveur, rappeler
stérilisation de la chatte mardi
puce du chien à faire
abeilles: apiculteur, offre du miel
table réservée au Bistrot du Cœur
restaurant La Fièvre du Samedi
pizzeria Le Vésuve
bar L'Overdose, juste en face
boutique L'Absence de Style
café Le Sevrage au coin
rue du Docteur Charcot, 2e
rue Pierre et Marie Curie
boulevard Pasteur
impasse de la Peste
allée des Varices
rue Calmette
rue du Moulin à Vent
avenue Raspail
square Pinel, bât. B
place Esquirol
amphi Laennec, 2e étage
salle Broca au premier
bâtiment Babinski, entrée visiteurs
pavillon Pinel fermé aux visites
quartier Saint-Roch
village de Lourdes
hameau de la Toux
famille Grosjean
M. Paget, notaire
Mme Barrett est anglaise, parle lentement
Mlle Rett, stagiaire
M. Turner, américain
M. Usher au 2e
M. Fanconi, italien
Dr Parkinson, nom réel
Charlotte Folie, fille du maire
M. Poux, sonner longtemps
Mme Malade au 3e droite
Mme Coma, portugaise
Mme Rubella
M. Bosse
interphone Kyste/Durand
M. Abcès... nom bizarre mais vrai
carence de trois jours pour la mutuelle
délai de carence du contrat
carence de personnel à l'accueil
manque de courant
vaccinateur présent le 14, autorisations à compter
autorisation parentale à rapporter
transmission avortée, relancer le lot
télétransmission avortée ce matin
tentative d'appel avortée
envoi avorté, lot 12
malade imaginaire au programme du lycée
Le Malade imaginaire, sortie théâtre
abonnée au théâtre, Le Malade imaginaire jeudi
théâtre: Knock, complet
HAD = habitat aide développement
SSR = société de surveillance routière
ordonnance de référé déposée au tribunal
ordonnance de la cour, dossier avocat
cure de rangement des archives
cure d'amaigrissement du budget
opération coup de poing sur les impayés
opération séduction du nouveau labo
opérateur téléphonique changé
opérer la bascule vers la nouvelle messagerie
pacemaker du serveur, c'est l'onduleur
suture des dossiers au fil blanc
le dossier est en convalescence
dossier mort, à archiver
lettre morte, relance sans réponse
ligne morte depuis lundi
angle mort de la caméra
point mort sur le dossier
poids mort
nature morte offerte, à accrocher
saison morte
mort aux rats dans la cave
mise à mort du fax
réunion de crise sur les plannings
cellule de crise inondation
crise du logement
crise du personnel
dépression météo annoncée, visites annulées
fièvre acheteuse
douleur administrative
gestation du projet de MSP
le projet est né prématuré
greffe du tribunal de Lille
stérile comme discussion
débat stérile
gants stériles à commander
compresses stériles en rupture
zone stérile, ne pas entrer
eau stérile à racheter
allergique aux mails
allergique au téléphone
allergie aux formulaires
intolérante aux retards
souffre du manque de place de parking
souffre de la comparaison avec l'ancien médecin
dossier en souffrance depuis mai
colis en souffrance à La Poste
aveugle confiance
double aveugle
rendez-vous à l'aveugle
dialogue de sourds avec la mutuelle
fait la sourde oreille aux relances
bruit sourd dans la tuyauterie
téléphone muet
carte muette
la ligne est muette
boiteux, le meuble de l'entrée
chaise boiteuse en salle d'attente
table bancale
paralysie du réseau de bus
trafic paralysé
manchot comme décoration, pingouin en peluche
bras de levier
doigt dans l'engrenage
pouce vert
né sous X non, erreur de saisie né sous X
le stagiaire en kiné passe jeudi
préfère être rappelée sur son fixe
habite au-dessus de l'opticien
ses lunettes sont restées sur le comptoir
achète ses piles auditives à la pharmacie du coin
bouteille d'eau oubliée en salle d'attente
bouteille de gaz à livrer chez sa mère
travaille au rayon poissonnerie
vendeuse au rayon parapharmacie
magasin de matériel orthopédique, facture à son nom
vendeur de cigarettes électroniques
tient le bar-tabac du village
buraliste, ouvert jusqu'à 19h
caviste, livre le vendredi
producteur de cidre
cultive du tabac en Dordogne
brasseur artisanal
viticulteur, vendanges en septembre
sommelier au Grand Hôtel
barman de nuit, dort le matin
cours de SVT, chapitre sur le cœur
exposé sur le diabète pour le collège
TPE sur la génétique des drosophiles
thèse sur l'épilepsie, chercheuse à l'Inserm
prof de psycho à la fac
étudiant en pharmacie, dispo le soir
concours d'infirmière en mars
élève orthophoniste
révise l'internat, appeler après 20h
lit un roman sur Alzheimer pour son club
série sur un chirurgien, adore
documentaire sur la dépression ce soir sur Arte
film Intouchables au ciné-club
concert de The Cure
vend sa Fiat Panda
conduit une Opel Corsa immatriculée en Espagne
Citroën C5 mal garée
voiture de prêt, immatriculation à noter
bus 36 puis tram
prend le train de 8h12
arrêt maladie du chauffeur remplaçant, bus supprimés
covoiturage avec la secrétaire
batterie à plat, arrive à 10h
crevaison, décale à 11h
radar de recul en panne
tondeuse cassée
piscine à vider, pisciniste mardi
fosse septique bouchée
chauffe-eau mort, plombier mardi
pompe à chaleur en panne
panne de l'ascenseur, patients à faire monter par l'escalier
compteur Linky posé hier
coupure de courant de 14h à 16h
fibre coupée rue des Lilas
antenne TV tombée sur le toit
tempête, tuiles tombées, arrivera en retard
neige, cabinet fermé mardi
canicule: horaires avancés
verglas, prudence sur le parking
inondation de la cave, dossiers mouillés
dégât des eaux au 2e
fuite du radiateur salle 4
souris dans la réserve, dératisation prévue
cafards au sous-sol, désinsectisation lundi
puces électroniques des badges à changer
carte à puce illisible
pouls du marché immobilier
température du frigo à relever
air conditionné trop froid
lumière trop forte en salle 2, ampoule changée
musique d'attente trop forte
voix du répondeur inaudible
la ligne grésille
message vocal coupé
écho sur la ligne
retour d'écho au téléphone, passer en haut-parleur
écho du village: article à lire
L'Écho républicain, abonnement
radio locale, interview du Dr Blanc
radio réveil offert à la tombola
test de débit: 12 Mb/s
test du groupe électrogène OK
test alarme incendie jeudi 10h
exercice d'évacuation incendie
scanner Brother à reconfigurer
carte vitale bloquée, à scanner manuellement
scan du passeport reçu
échographe en leasing, contrat jusqu'en 2027
table d'examen livrée mardi
fauteuil de bureau à monter
lit d'examen: rouleau à changer
draps d'examen en rupture
gel hydroalcoolique à remplir
gel échographie en rupture
spéculums à commander
boîte de gants M vide
aiguilles 25G à recommander
compresses 10x10: 3 boîtes
otoscope: embouts
mètre ruban perdu
pèse-personne HS, ne pas s'y fier
toise à refixer
négatoscope grillé
stérilisateur: cycle incomplet
poubelle jaune pleine
chariot d'urgence: vérifier péremptions
DAE du gymnase vérifié
oxygène du cabinet: bouteille à échanger
vaccins grippe commandés pour les soignants du centre
campagne vaccination: barnum devant la mairie
affiche dépistage à coller
plaquettes Mois sans tabac à l'accueil
réunion diabète de la MSP jeudi
groupe de pairs lundi, pas de consultation
staff douleur annulé
formation gestes d'urgence le 3
Dr Morel en congrès de cardio, remplacé
remplaçante en maternité des Lilas comme interne
interne en gynéco chez nous en mai
cabinet de radiologie: nouveau numéro
labo: horaires des prises de sang 7h-10h
prises de sang au cabinet le mardi
créneaux vaccination mercredi après-midi
créneaux pédiatrie le matin
urgences du jour à 11h30
motif de consultation à préciser
consultation longue à prévoir
renouvellement tous les 3 mois
double créneau demandé
téléconsult impossible, pas de caméra
rappel automatique désactivé
sms de rappel à envoyer
rappel de cotisation impayée
rappel: apporter la carte
injection de fonds par la mairie
infiltration d'eau au plafond
piqûre de rappel aux mauvais payeurs
dose de café quotidienne à l'accueil
régime de sécurité sociale des étudiants
régime matrimonial changé
perte du dossier papier
perte de temps au standard
perte de chèque, opposition
poids des archives: 300 kg
prise de poids du dossier, à scinder
chute des ventes
chute de la fréquentation
fractures numériques: aider à créer le compte
casse auto à la sortie du village
casse-tête pour le planning
arrêt du tram Hôpital Nord
arrêt minute devant la porte
arrêt des rappels par sms demandé
travaille à l'arrêt de bus Clinique, kiosque
reprise du cabinet par le Dr Vidal
reprise des consultations le 2
sortie scolaire, annule
sortie d'autoroute 12
entrée par l'hôpital de jour fermée
accès par le bâtiment de psychiatrie, puis tout droit
parking de la clinique payant
dépose-minute ambulance devant
RV au café de l'Hôpital
navette gratuite vers le CHU
vient à pied de la gare
loge au foyer des jeunes travailleurs
résidence du Parc, interphone 12
chez sa tante, appart 3
adresse chez ses parents
vit chez sa fille
maison d'amis à Royan
appelle toujours deux fois
écrit très mal, nom à vérifier
nom mal prononcé à l'accueil
bégaiement de l'imprimante, répète la même page
vocabulaire: dire usager
a perdu patience au téléphone
a perdu son sang-froid au guichet
a perdu la face devant le syndic
a perdu son match
a perdu ses clés
a perdu son emploi du temps
il a pris la mouche
elle a pris du retard
a mis les bouchées doubles
dort chez sa sœur le week-end
dort à l'hôtel pendant les travaux
dort de 13h à 15h, ne pas sonner
travaille de nuit, dort le matin
mange à midi pile
mange au self de l'hôpital
boit un café en attendant
boit son thé avec la secrétaire
fume sur le palier, voisins mécontents
ne boit pas de café après 16h
court le marathon en 3h
nage tous les matins
marche deux heures par jour
marche lentement vers la porte, normal avec les sacs
monte au 3e à pied
respire la joie de vivre
soupire à chaque relance
pleure de joie
rit aux éclats
crie pour se faire entendre à l'accueil
tête de liste aux municipales
chef de pôle à la mairie
bras de fer avec la mutuelle
main courante du couloir à refixer
main levée du garant reçue
nez fin, parfumeur à Grasse
œil de bœuf dans l'entrée
dent creuse du quartier en construction
pied de lampe cassé
jambe de force de l'étagère
colonne d'eau fuyarde
col du Galibier, vacances
ventre mou du planning
dos du chèque à signer
os dans le contrat
cœur de ville fermé aux voitures
sang neuf dans l'équipe
vaisseau de la bibliothèque
cellule commerciale à louer au rdc
tissu associatif local
organe de presse municipal
noyau dur du comité
virus Word dans la pièce jointe
ver dans le fruit, traitement du verger
verrue architecturale en face, repère
bouton d'appel ascenseur cassé
bouton rouge pour ouvrir
plaque de la rue tombée
plaque du cabinet à nettoyer
croûte sur le mur, peinture à refaire
tache sur la moquette
tumeur administrative selon le maire
cancer du bois, termites
champignons dans la cave
cueille des champignons
allergique à la hiérarchie
hyperactif sur LinkedIn
schizophrénique ce logiciel
logiciel parano sur les mots de passe
planning démentiel
horaires de fou
prix délirants
retard maladif de la SNCF
ambiance morose au guichet
climat anxiogène au bureau
stress des fêtes, planning chargé
déprime des soldes
addiction de l'imprimante au toner
dopage du signal wifi
shoot photo samedi
trip en Asie, retour le 12
plane en parapente
pilote d'avion de ligne
joint de robinet à changer
joints de la douche à refaire
herbe à tondre devant le cabinet
ligne blanche effacée sur le parking
rail de la porte coulissante cassé
poudre à canon: feu d'artifice le 14
seringue à graisse du garage
il est gaucher, tendre le stylo à gauche
n'arrête pas de hurler au guichet
demande sa mutation à Nantes
mutée à Lille en septembre
en attente de mutation
Jasmine passera mardi chercher le pli
Candida est la concierge, digicode auprès d'elle
M. Jasmin, fleuriste
travaille chez PSA à Poissy
retraité PSA
ouvrier Peugeot, équipe de nuit
habite Les Ulis
imprimante HP à remplacer
toner HP 305 à commander
heures creuses HP/HC à régler
batterie lithium gonflée
pile lithium CR2032 à changer
mange au BK du centre
route du Rhum, skipper
baba au rhum offert
circuit Paul Ricard ce week-end
BUT GEA à Nantes
diplôme AES en cours
travaille comme AMP en maison d'accueil
salade de lentilles à la cantine
une quarantaine de dossiers en retard
quartier bobo de Montreuil
rage au volant, klaxonne sur le parking
fou de rage contre la SNCF
joint de culasse mort
rails du tram en travaux
TPE en panne, chèque uniquement
aes: appel en suspens
prep courrier du matin
crack en informatique, dépanne tout
coke zéro demandé, pas de distributeur
chute libre des températures
chutes de tissu, couturière
tremblement de terre en Turquie, famille sur place
pronostic PMU du jour
esthéticienne, soins du visage
société O2, ménage le jeudi
club FCP, match dimanche
DDR4 à acheter pour le PC
Evra, ancien footballeur, habite l'immeuble
Leeloo, la nièce, déposera la clé
maniaque du rangement
phobie administrative, aide pour les papiers
boulimique de lecture
moteur à injection encrassé
vend des fauteuils
commercial en prothèses auditives
fabrique des lunettes à Morez
producteur de lavande
champ de tabac derrière la maison
fête de la bière le 3
foire aux vins
musée du tabac à Bergerac
vin d'Alsace, livraison à l'étage
le voisin a un chenil, chiens bruyants
cheval de trait, maréchal-ferrant
dresseur de chiens guides
chien guide en formation chez une famille d'accueil
bureau de change
caisse de solidarité
tournoi de handball contre le LNH club
LLC américaine, facture en dollars
rue Becquerel, 2e
centre Léonard de Vinci
place Charcot
métro Laennec
arrêt Grange Blanche
lycée Louis Pasteur
promotion Simone Veil
parc Montsouris, entrée sud
bus de nuit N12
plaque 22 SA 123
code porte 14B07
taper 4512# puis appeler Roux
badge perdu, refaire n° 3321
clé du local 15
casier 37
numéro de dossier 57
tableau 3 à accrocher en salle d'attente
tableau des gardes
tableau Excel à mettre à jour
déclenchement de l'alarme vers 3h
contrat à terme en juin
terme du bail le 30
à terme, veut changer de mutuelle
terme employé dans le courrier à revoir
branchement de la borne jeudi
branchement fibre le 12
moral des troupes au beau fixe
sommeil du PC à désactiver
mode sommeil de l'écran
appétit d'entreprendre
stress test du serveur
coussin anti-stress vendu
boule de Noël cassée
boule de pétanque
ballon crevé
soufflé au fromage
souffleur de feuilles devant la porte
éthylotests gratuits à la mairie
borne éthylotest du bar en panne
la cigogne en bois de la crèche
rue de la Cigogne
siège auto à fixer
siège de bureau
siège social à Lyon
valise oubliée à l'accueil
valise prête, part au ski
bouchon du lavabo perdu
bouchons sur le périph
poche de la veste
liquide vaisselle à racheter
col roulé oublié
déclenchée: la sirène du 1er mercredi
app de covoiturage
kit mains libres
pole emploi fermé
fh à vérifier
grn: graine?
UF de rattachement 4512
UMD: université de Dijon
MIU MIU, boutique
tir à l'arc
tirs au but
cartouche de tir
""".strip().splitlines()


def found(texts: list[str]) -> set[int]:
    """The positions of the texts with a health or genetic mention."""
    rows = find_mentions(pl.Series(texts)).filter(pl.col("category").is_in(["health", "genetic"]))
    return set(rows["text_index"].to_list())


def topics(text: str) -> set[tuple[str, str | None]]:
    return set(find_mentions(pl.Series([text])).select("category", "topic").iter_rows())


def test_every_revealing_sentence_is_found() -> None:
    texts = [*REVEALING, *REVEALING_BY_FAMILY]
    seen = found(texts)
    assert [text for index, text in enumerate(texts) if index not in seen] == []


def test_no_innocent_sentence_is_found() -> None:
    texts = [*INNOCENT, *INNOCENT_LOOKALIKES]
    seen = found(texts)
    assert len(texts) >= 500
    assert [text for index, text in enumerate(texts) if index in seen] == []


@pytest.mark.parametrize(
    ("text", "category", "topic"),
    [
        ("Biktarvy arrivé", "health", "hiv_sti"),
        ("sous Seroplex", "health", "mental_health"),
        ("Buvidal le 3", "health", "addiction"),
        ("Kisqali bien toléré", "health", "oncology"),
        ("pose d'un stérilet", "health", "reproductive"),
        ("Levothyrox 75", "health", "other"),
        ("bcp de trous de mémoire, MMS 21", "health", "disability"),
        ("a fait une grosse bêtise avec ses cachets", "health", "mental_health"),
        ("conductrice de l'hémophilie", "genetic", None),
        ("HOXB13 muté", "genetic", None),
        ("HOXB13 muté", "health", "oncology"),
        ("X fragile", "health", "disability"),
        ("βhCG à refaire", "health", "reproductive"),
    ],
)
def test_topic_follows_what_is_revealed(text: str, category: str, topic: str | None) -> None:
    assert (category, topic) in topics(text)


@pytest.mark.parametrize("word", ["prochaine", "chasseurs", "maquette", "perruche", "exquise", "lentille", "echelon"])
def test_a_common_word_is_not_read_as_a_medicine(word: str) -> None:
    assert respelling(word, load_lexicon()) is None


@pytest.mark.parametrize("text", ["amoxiciline", "Levotirox", "parracetamol", "dolipranne", "metadone"])
def test_a_misspelt_medicine_is_found(text: str) -> None:
    assert found([text]) == {0}
