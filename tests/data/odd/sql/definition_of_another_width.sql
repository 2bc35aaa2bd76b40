CREATE TABLE `patients` (`id` int, `nom` text) ENGINE=InnoDB;
INSERT INTO `patients` VALUES (1,'MARTIN','Lyon'),(2,'PETIT','Metz'),(3,'DUPONT','Nice'),(4,'ROUX','Dole'),(5,'LEROY','Albi');
