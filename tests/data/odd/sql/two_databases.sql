-- MySQL dump 10.13
CREATE DATABASE /*!32312 IF NOT EXISTS*/ `clinique` /*!40100 DEFAULT CHARACTER SET utf8 */;

USE `clinique`;
CREATE TABLE `patients` (`id` int, `nom` varchar(20));
INSERT INTO `patients` VALUES (1,'MARTIN');

USE `hopital`;
CREATE TABLE `patients` (`id` int, `ville` varchar(20));
INSERT INTO `patients` VALUES (2,'Lyon'),(3,'Metz');
INSERT INTO `clinique`.`patients` VALUES (4,'PETIT');
