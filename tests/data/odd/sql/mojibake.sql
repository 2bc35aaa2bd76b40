/*!40101 SET NAMES latin1 */;
INSERT INTO `patients` (`id`, `prenom`) VALUES (1,'HÃ©lÃ¨ne'),(2,'RenÃ©'),(3,'Luc');
