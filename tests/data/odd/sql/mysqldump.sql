-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
--
-- Host: localhost    Database: clinique
-- ------------------------------------------------------
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;

DROP TABLE IF EXISTS `patients`;
CREATE TABLE `patients` (
  `id` int NOT NULL AUTO_INCREMENT,
  `nom` varchar(80) DEFAULT 'x'';y' COMMENT 'nom, puis; prénom',
  `note` text,
  PRIMARY KEY (`id`),
  KEY `k_nom` (`nom`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4;

LOCK TABLES `patients` WRITE;
/*!40000 ALTER TABLE `patients` DISABLE KEYS */;
INSERT INTO `patients` VALUES (1,'O\'BRIEN','a\nb'),(2,'D''ARC','INSERT INTO `patients` VALUES (9,\'x\',\'y\');'),(3,NULL,''),(4,'L\\','100\% (env.), \"vu\"');
/*!40000 ALTER TABLE `patients` ENABLE KEYS */;
UNLOCK TABLES;
-- Dump completed on 2026-11-02 10:00:00
