CREATE TABLE `patients` (`id` int, `nom` varchar(20), `ville` varchar(20)) ENGINE=InnoDB;
INSERT INTO `patients` VALUES (1,'MARTIN','Lyon'),(2,'PET XX,,'Metz'),(3,'DUPONT','Nice'),(4,DURAND Jean,'Brest'),(5,'LEROY','Dole');
INSERT INTO `patients` VALUES (6,'ROUX','Albi');
