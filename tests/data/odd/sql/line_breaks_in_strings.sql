CREATE TABLE `notes` (`id` int, `texte` text) ENGINE=InnoDB;
INSERT INTO `notes` VALUES (1,'première ligne
),(2,''FAUX'');

INSERT INTO `notes` VALUES (3,''FAUX'');
dernière ligne'),(2,'suite
fin');
INSERT INTO `notes` VALUES (3,'x');
