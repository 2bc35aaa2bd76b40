CREATE TABLE `patients` (`id` int, `nom` varchar(20)) ENGINE=InnoDB;
INSERT INTO `patients` (`id`, `nom`) VALUES (1,'MARTIN'),(2),(3,'PETIT','Metz'),(4,'DUPONT');
INSERT INTO `patients` VALUES (5);
