/*!40101 SET NAMES utf8 */;
CREATE TABLE `patients` (`id` int, `nom` varchar(20), `ville` varchar(20));
INSERT INTO `patients` (`id`, `nom`, `ville`) VALUES (1,'MARTIN','Lyon');
INSERT INTO `patients` (`ville`, `id`) VALUES ('Metz',2),('Nice',3);
REPLACE INTO `patients` VALUES (4,'PETIT','Brest');
INSERT IGNORE INTO `patients` SET `nom` = 'DUPONT', `id` = 5;
