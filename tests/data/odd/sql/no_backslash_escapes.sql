-- MySQL dump 10.13
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO,NO_BACKSLASH_ESCAPES' */;
CREATE TABLE `patients` (`id` int, `chemin` varchar(20));
INSERT INTO `patients` VALUES (1,'C:\'),(2,'l''étage'),(3,'a\nb');
