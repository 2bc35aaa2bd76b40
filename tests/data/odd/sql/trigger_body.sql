/*!50503 SET NAMES utf8mb4 */;
CREATE TABLE `patients` (`id` int, `nom` varchar(20));
INSERT INTO `patients` VALUES
(1,'MARTIN'),
(2,'PETIT');
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER `t` AFTER INSERT ON `patients` FOR EACH ROW BEGIN
  /* l'ajout */
  INSERT INTO journal VALUES (1, 'l''ajout; fait');
END */;;
CREATE PROCEDURE `p`()
BEGIN
  INSERT INTO `patients` VALUES (99,'FAUX');
END ;;
DELIMITER ;
INSERT INTO `patients` VALUES (3,'DUPONT');
