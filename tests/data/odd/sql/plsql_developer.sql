prompt Importing table patients...
set feedback off
set define off

insert into PATIENTS (ID, NOM)
values (1, 'MARTIN');

insert into PATIENTS (ID, NOM)
values (2, 'PETIT');

prompt Done.
