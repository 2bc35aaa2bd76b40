-- PostgreSQL database dump
INSERT INTO public.notes VALUES (1, 'a');
INSERT INTO public.notes VALUES (2, $q$),($q$);
INSERT INTO public.notes VALUES (3, $$);
-- l'hiver$$);
INSERT INTO public.notes VALUES (4, 'd');
