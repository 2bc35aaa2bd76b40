--
-- PostgreSQL database dump
--

-- Dumped from database version 16.2
SET statement_timeout = 0;
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE FUNCTION public.ajout() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
BEGIN
INSERT INTO public.patients VALUES (99, 'FAUX', NULL);
  RETURN NEW;
END;
$_$;

CREATE TABLE public.patients (
    id integer NOT NULL,
    nom text DEFAULT 'a'::text,
    note text,
    CONSTRAINT positif CHECK ((id > 0))
);

ALTER TABLE public.patients OWNER TO postgres;

--
-- Data for Name: patients; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.patients (id, nom, note) FROM stdin;
1	MARTIN	\N
2	D'ARC "Jeanne"	ligne 1\nligne 2\tfin
3		C:\\dossier\\
4	H\303\251l\303\250ne	\x41B
\.


ALTER TABLE ONLY public.patients
    ADD CONSTRAINT patients_pkey PRIMARY KEY (id);
