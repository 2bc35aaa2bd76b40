CREATE TABLE patients (id int, nom text, note text);
COPY patients (id, nom, note) FROM stdin WITH (FORMAT csv, HEADER true, DELIMITER ';', NULL 'NULL');
id;nom;note
1;"DURAND";"a ; b"
2;MARTIN;NULL
3;PETIT;"deux
lignes"
\.
COPY patients FROM stdin CSV;
4,LEROY,"x"
\.
