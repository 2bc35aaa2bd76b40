-- MySQL dump 10.13
DROP TABLE IF EXISTS `patients`;
CREATE TABLE `patients` (
  `id` int,
  `nom` varchar(20)
);

CREATE TABLE `rendez_vous` (`id` int, `date` date);
