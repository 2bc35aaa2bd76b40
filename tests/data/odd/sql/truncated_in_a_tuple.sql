-- MySQL dump 10.13
CREATE TABLE `patients` (`id` int, `nom` varchar(20), `ville` varchar(20));
INSERT INTO `patients` VALUES (1,'MARTIN','Lyon'),(2,'PETIT','Metz'),(3,'DUPO