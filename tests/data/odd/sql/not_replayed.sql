CREATE TABLE `patients` (`id` int, `nom` varchar(20)) ENGINE=InnoDB;
INSERT INTO `patients` VALUES (1,'MARTIN'),(2,'PETIT');
UPDATE `patients` SET `nom` = 'DUPONT' WHERE `id` = 1;
DELETE FROM `patients` WHERE `id` = 2;
INSERT INTO `patients` SELECT `id`, `nom` FROM `anciens`;
TRUNCATE TABLE `patients`;
INSERT INTO `patients` (`id`) VALUES (3) ON DUPLICATE KEY UPDATE `nom` = VALUES(`nom`);
