CREATE TABLE `patients` (`id` int, `nom` text, `ville` text) ENGINE=InnoDB;
INSERT INTO `patients` VALUES (1,'Hélène','Épinal'),(2,'Zoé','L’Haÿ'),(3,'Ren�','Metz'),(4,'Noël','Nîmes');
