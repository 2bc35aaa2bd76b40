INSERT INTO clinique.patients (id,nom,note) VALUES
	 (1,'MARTIN','a'),
	 (2,'PETIT','b');
INSERT INTO clinique.patients (id,nom,note) VALUES
	 (3,'L\'ETE','it\'s'),
	 (4,'PETIT','b');
