CREATE TABLE `patients` (`id` int, `nom` text) ENGINE=InnoDB;
INSERT INTO `patients` VALUES (1,'MARTIN')(2,'PETIT'),X3,'DUPONT'),(4,'ROUX'); xx
INSERT INTO `patients` VALUES (5,'LEROY'),,(6,'MOREL'),
(7,'GIRARD'
(8,'FAURE');
