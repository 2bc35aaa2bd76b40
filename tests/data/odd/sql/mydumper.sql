/*!40101 SET NAMES binary*/;
/*!40014 SET FOREIGN_KEY_CHECKS=0*/;
INSERT INTO `patients` VALUES(1,"MARTIN","l'été")
,(2,"D\"ARC",NULL)
,(3,"x","y");
