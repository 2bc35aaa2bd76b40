"""The second pass, second half: is the mention affirmed, denied or supposed, and is it about the patient?

Our own cue engine decides from the clause around the mention; the cues are data (`reference/lexicon/cues.toml`).
EDS-NLP's qualifiers were measured beside it on the same mentions (`benchmarks/notes.py`, November 2026): 679 mentions
of 486 notes by four hands that the engine had been mended on, so that its own .94 is no blind figure. EDS-NLP, which
had seen none of them, had assertion and subject both right for .67, and asking it where ours finds no cue made ours
worse (.88). It also takes three seconds to start. So it is not called here.
"""

from __future__ import annotations

from breachkit.freetext.assertion import assertion_of
from breachkit.freetext.clauses import Context, context
from breachkit.freetext.cues import Cues, compile_cues
from breachkit.freetext.subject import subject_of

__all__ = ["Context", "Cues", "assertion_of", "compile_cues", "context", "subject_of"]
