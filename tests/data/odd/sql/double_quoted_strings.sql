INSERT INTO `patients` (`id`,`nom`,`note`) VALUES ("1","l'été","dit \"non\""),("2","a""b",NULL);
INSERT INTO `patients` (`id`,`nom`,`note`) VALUES ("3","x","y");
