--------------------------------------------------------
--  DDL for Table PATIENTS
--------------------------------------------------------

  CREATE TABLE "PATIENTS" 
   (	"ID" NUMBER(10,0), 
	"NOM" VARCHAR2(50 BYTE), 
	"DATE_NAISSANCE" DATE, 
	"NOTE" CLOB
   ) ;
REM INSERTING into PATIENTS
SET DEFINE OFF;
Insert into PATIENTS (ID,NOM,DATE_NAISSANCE,NOTE) values (1,'D''ARC',to_date('31/01/60','DD/MM/RR'),TO_CLOB('a')||TO_CLOB('b'));
Insert into PATIENTS (ID,NOM,DATE_NAISSANCE,NOTE) values (2,q'[l'été]',null,EMPTY_CLOB());
Insert into patients (id,nom) values (3,'l''hiver' || chr(10) || 'fin');
INSERT ALL
  INTO PATIENTS (ID, NOM) VALUES (4, 'MARTIN')
  INTO PATIENTS (ID, NOM) VALUES (5, 'PETIT')
SELECT * FROM dual;
