SET DEFINE OFF;
Insert into NOTES (ID,TEXTE) values (1,'a');
Insert into NOTES (ID,TEXTE) values (2,'b');
Insert into NOTES (ID,TEXTE) values (3,q'[');]');
Insert into NOTES (ID,TEXTE) values (4,q'!','!');
Insert into NOTES (ID,TEXTE) values (5,'d');
