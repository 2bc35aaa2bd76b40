-- MySQL dump
/*!40101 SET NAMES utf8 */;
CREATE TABLE `patients` (`id` int, `nom` varchar(20), `note` text);
/*!50000 INSERT INTO `patients` VALUES (1,'DURAND','a'),(2,'MARTIN','b') */;
/*M!100101 INSERT INTO `patients` VALUES (3,'PETIT','c; d') */;
INSERT /*! IGNORE */ INTO `patients` VALUES (4,'LEROY','e');
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER t BEFORE INSERT ON patients FOR EACH ROW SET NEW.note='x' */;
