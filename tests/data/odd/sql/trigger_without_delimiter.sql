PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE patients(id INTEGER PRIMARY KEY AUTOINCREMENT, nom TEXT);
INSERT INTO patients VALUES(1,'MARTIN');
INSERT INTO patients VALUES(2,replace('ligne 1\nligne 2','\n',char(10)));
INSERT INTO patients VALUES(3,unistr('caf\u00e9\u000a'));
INSERT INTO patients VALUES(4,X'4a65616e');
INSERT INTO patients VALUES(5,X'00ff10');
CREATE TRIGGER t AFTER INSERT ON patients BEGIN
  INSERT INTO journal VALUES(new.id, CASE WHEN 1 THEN 'a' ELSE 'b' END);
END;
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('patients',5);
COMMIT;
