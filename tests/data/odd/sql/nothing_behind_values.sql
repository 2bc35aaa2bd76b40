CREATE TABLE `patients` (`id` int, `nom` text) ENGINE=InnoDB;
INSERT INTO `patients` VALUES (1,'MARTIN');
INSERT INTO `patients` VALUES (