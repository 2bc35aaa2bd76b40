-- PostgreSQL database dump
COPY public.patients (id, nom) FROM stdin;
1	MARTIN
2	PETIT	trop

3
4	DUPONT
\.
COPY public.soins (id, acte) FROM stdin;
1	pansement
2	vacc