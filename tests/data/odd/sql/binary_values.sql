/*!40101 SET NAMES utf8 */;
CREATE TABLE `docs` (`id` int, `nom` blob, `actif` bit(1));
INSERT INTO `docs` VALUES (1,0x48C3A96CC3A86E65,b'1'),(2,X'FFD8FF00',b'0'),(3,_binary 'a\0b',NULL),(4,_utf8mb4'né',0x01),(5,'','');
