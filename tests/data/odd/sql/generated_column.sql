-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
/*M!999999\- enable the sandbox mode */ 
CREATE TABLE `patients` (
  `id` int(11) NOT NULL,
  `nom` varchar(50) DEFAULT NULL,
  `complet` varchar(99) GENERATED ALWAYS AS (concat(`nom`,' ',`id`)) VIRTUAL,
  `ville` varchar(50) DEFAULT NULL
) ENGINE=InnoDB;
INSERT INTO `patients` VALUES (1,'MARTIN','Lyon'),(2,'PETIT','Metz');
