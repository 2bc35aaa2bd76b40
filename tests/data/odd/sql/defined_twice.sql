-- MySQL dump 10.13
CREATE TABLE `patients` (`id` int, `nom` text);
INSERT INTO `patients` VALUES (1,'MARTIN');
-- MySQL dump 10.13
DROP TABLE IF EXISTS `patients`;
CREATE TABLE `patients` (`nom` text, `id` int, `ville` text);
INSERT INTO `patients` VALUES ('PETIT',2,'Lyon');
