CREATE TABLE `Jeanne DURAND 01/02/1950` (`id` int, `note de Madame DURAND Jeanne` text, `nom` text) ENGINE=InnoDB;
INSERT INTO `Jeanne DURAND 01/02/1950` VALUES (1,'RAS','x');
