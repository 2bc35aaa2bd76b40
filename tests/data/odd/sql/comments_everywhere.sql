# export fait à la main ; l'original est perdu
INSERT INTO `patients` /* les patients */ (`id`, -- numéro
  `nom`) VALUES -- l'hiver
-- première
(1, /* l'aîné */ 'MARTIN'), # fin
/* (2,'FAUX'), */
(3,'-- pas un commentaire'),

(4,'/* ni ceci */'); -- fin; (5,'FAUX')
