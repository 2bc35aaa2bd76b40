-- PostgreSQL database dump
COPY public.patients (id, nom) FROM stdin;
1	MARTIN
\.
COPY archives.patients (id, nom) FROM stdin;
2	PETIT
\.
