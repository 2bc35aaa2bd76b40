CREATE TABLE `patients` (`id` int, `nom` varchar(20), `ville` varchar(20)) ENGINE=InnoDB;
INSERT INTO `patients` VALUES (1,'MARTIN','Lyon'),(2,'O'BRIEN','Metz'),(3,'D'ARC','L'Haÿ'),(4,'PETIT','Dole');
