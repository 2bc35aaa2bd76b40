--
-- PostgreSQL database cluster dump
--
CREATE ROLE postgres;
\connect clinique
CREATE TABLE public.patients (id int, nom text);
COPY public.patients (id, nom) FROM stdin;
1	a
\.
\connect -reuse-previous=on "dbname='hopital'"
CREATE TABLE public.patients (id int, nom text);
INSERT INTO public.patients VALUES
	(1, 'x'),
	(2, 'y');
