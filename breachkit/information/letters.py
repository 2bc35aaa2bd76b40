"""What is told to each segment, by channel: letter, e-mail, text message, script of a call; without any name.

Every text names kinds of data, never a content and never a kind of care. What the facts do not tell is left as a
visible blank for a person to fill in.
"""

from __future__ import annotations

import re

from breachkit.impact import Impact, Segment
from breachkit.information import leaks
from breachkit.information.facts import fill, letter_facts
from breachkit.information.segments import segment_kinds
from breachkit.information.typst_markup import typst_letter
from breachkit.reference.catalogue import fields, resource


def letters(impact: Impact, language: str = "fr") -> dict[str, tuple[str, str]]:
    """Segment to its letter in Markdown and in Typst, for each segment of the impact that has one.

    What each says fits the fields that leaked of that segment. The Typst source compiles as it is, to one page.
    """
    return {
        one.id: (markdown, typst_letter(markdown, language))
        for one in written_to(impact)
        for markdown in [_letter(impact, one, language)]
    }


def written_to(impact: Impact) -> list[Segment]:
    """The segments to write to."""
    return [one for one in impact.information.segments if one.letter and one.id in _templates()]


def _templates() -> dict[str, str]:
    return {kind.id: kind.template for kind in segment_kinds() if kind.template}


def _letter(impact: Impact, segment: Segment, language: str) -> str:
    known = told(impact, segment, language)
    known["body"] = fill(template("_body", language), known)
    return _tidy(fill(template(_templates()[segment.id], language), known))


def email(impact: Impact, segment: Segment, language: str) -> str:
    """The e-mail to a segment; to a sensitive one it announces the letter and says nothing else."""
    known = told(impact, segment, language, "email")
    known["controller"] = known["sender"]  # a mailbox may be shared
    known["body"] = fill(template("_body", language), known)
    return _tidy(fill(template("email_sensitive" if segment.sensitive else "email", language), known))


def text_message(impact: Impact, segment: Segment, language: str) -> str:
    """The text message: nothing sensitive, no link, a way to check, in GSM characters if the sender's name is."""
    text = _tidy(fill(template("sms", language), told(impact, segment, language)))
    return text.replace("\u202f", " ").replace("’", "'")


def phone_script(impact: Impact, segment: Segment, language: str) -> str:
    """What the caller says and does not say: identity first, nothing left on a voicemail."""
    known = told(impact, segment, language)
    known["whom_to_ask"] = template(f"_phone_{segment.status}", language).strip()
    return _tidy(fill(template("phone", language), known))


def notice(impact: Impact, name: str, language: str) -> str:
    """A notice that speaks to everybody: `name` is "notice_waiting_room" or "notice_website"."""
    written = written_to(impact)
    everybody = Segment(
        id="notice", criteria=impact.information.segments[0].criteria, persons=0, email=0, phone=0, postal=0, none=0,
        letter=None, status="notice", sensitive=any(one.sensitive for one in written),
        fields=tuple(field for field in fields() if any(field in leaks.exposed(impact, one) for one in written)),
    )  # fmt: skip
    return _tidy(fill(template(name, language), told(impact, everybody, language, "notice")))


def note_to_staff(impact: Impact, language: str) -> str:
    """What the staff does about deceased persons: nothing is sent."""
    dead = sum(one.persons for one in impact.information.segments if one.status == "deceased")
    return _tidy(fill(template("note_deceased", language), {"persons": str(dead)}))


def note_on_third_parties(impact: Impact, language: str) -> str:
    """What the DPO weighs about third parties whom notes name: nothing is sent automatically."""
    found = impact.people.third_parties
    known = {"persons": str(found.best), "low": str(found.low), "high": str(found.high)}
    return _tidy(fill(template("note_third_parties", language), known))


def told(impact: Impact, segment: Segment, language: str, channel: str = "letter") -> dict[str, str]:
    """Every text that a template of a segment may call for, by name."""
    known = letter_facts(impact, segment.status, language)
    return known | {
        "categories": leaks.bullets(leaks.kinds_of_data(impact, segment, language)),
        "consequences": leaks.bullets(leaks.consequences(impact, segment, language)),
        "advice": leaks.bullets(leaks.advice(impact, segment, language, channel)),
        "private": fill(_private(segment, language), known),
    }


def _private(segment: Segment, language: str) -> str:
    """The paragraph on protected information.

    Where somebody else may read the letter it is the same with or without such information: the parents or the
    guardian may not know of the care (CSP L1111-5).
    """
    if not leaks.outspoken(segment):
        return template("_private_others", language)
    return template("_private", language) if segment.sensitive else ""


def template(name: str, language: str) -> str:
    """A template without the comment on its origin."""
    text = resource(f"letters/{language}/{name}.md")
    return re.sub(r"^<!--.*?-->\n", "", text, flags=re.DOTALL)


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"
