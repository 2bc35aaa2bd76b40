"""The files of `lettres/`: every text for every segment and channel, and the notes to those who send them."""

from __future__ import annotations

from collections.abc import Iterator

from breachkit.impact import Impact
from breachkit.information import letters
from breachkit.information.typst_markup import typst_letter


def documents(impact: Impact, language: str = "fr") -> dict[str, str]:
    """File name to its text.

    `<segment>.md` and `.typ`, the letter; `<segment>-email.md`, `-sms.md`, `-phone.md` and `.typ`, the other channels;
    `notice-waiting-room` and `notice-website`, which speak to everybody; `note-deceased` and `note-third-parties`, for
    staff and DPO, where there are any. What is printed is in Typst too; letters and the poster hold on one page.
    """
    return dict(_documents(impact, language))


def _documents(impact: Impact, language: str) -> Iterator[tuple[str, str]]:
    for segment, (markdown, typst) in letters.letters(impact, language).items():
        yield f"{segment}.md", markdown
        yield f"{segment}.typ", typst
    for one in letters.written_to(impact):
        yield f"{one.id}-email.md", letters.email(impact, one, language)
        if not one.sensitive:  # a telephone is shared at home: it is called, with the identity checked
            yield f"{one.id}-sms.md", letters.text_message(impact, one, language)
        yield from _printed(f"{one.id}-phone", letters.phone_script(impact, one, language), language, False)
    if letters.written_to(impact):
        yield from _printed(
            "notice-waiting-room", letters.notice(impact, "notice_waiting_room", language), language, True
        )
        yield "notice-website.md", letters.notice(impact, "notice_website", language)
    if any(one.status == "deceased" for one in impact.information.segments):
        yield "note-deceased.md", letters.note_to_staff(impact, language)
    if impact.people.third_parties.high:
        yield "note-third-parties.md", letters.note_on_third_parties(impact, language)


def _printed(name: str, markdown: str, language: str, one_page: bool) -> Iterator[tuple[str, str]]:
    yield f"{name}.md", markdown
    yield f"{name}.typ", typst_letter(markdown, language, one_page=one_page)
