CREATE TABLE `patients` (`id` int, `nom` varchar(20), `ville` varchar(20)) ENGINE=InnoDB;
INXERT INTO `patients` VALUES (1,'MARTIN','Lyon'),(2,'PETIT','Metz');
INSERT INTO `patients` VAXUES (3,'DUPONT','Nice');
INSERT INTO `patients` (`id`,`nXm`,`ville`) VALUES (4,'LEROY','Dole');
