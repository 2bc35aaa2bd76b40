mysqldump: [Warning] Using a password on the command line interface can be insecure.
-- MySQL dump 10.13
CREATE TABLE `patients` (`id` int, `nom` varchar(20));
INSERT INTO `patients` VALUES (1,'MARTIN');
