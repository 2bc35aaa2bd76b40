SET DEFINE OFF;
Insert into "NOTES" ("ID","TEXTE") values (1,2);
Insert into "NOTES" ("ID","TEXTE") values (3,'x"y');
Insert into "NOTES" ("ID","TEXTE") values (4,to_date('"z"'');','DD'));
Insert into "NOTES" ("ID","TEXTE") values (5,'d');
