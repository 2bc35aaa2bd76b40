INSERT INTO `patients` VALUES (1,'MARTIN','Lyon');
INSERT INTO `patients` VALUES (2,'PETIT','Metz');
INSERT INTO `patients` VALUES (3,'DUPONT');
INSERT INTO `patients` VALUES (4,'LEROY','Nice');
