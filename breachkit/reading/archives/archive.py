"""Archives, nested or in several parts, opened as streams: nothing is written outside the case, nothing is run.

No member is ever extracted by its name. A member that its archive lets be read again is a stream over it; one that
does not is put down while it is read (`reading.archives.spool`). Folders, empty files and what a desktop leaves behind
(`__MACOSX`, `.DS_Store`, `Thumbs.db`) are passed over without a word; links and devices are told, not followed.

`Blob.compression` names what was opened from the outermost to the innermost: "gzip+tar" for a member of a .tar.gz,
"zip+gzip" for a .gz in a zip.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

from breachkit.reading.archives.parts import group_parts
from breachkit.reading.archives.unpacking import Member, Passwords, Unpacking
from breachkit.reading.blob import Blob

__all__ = ["Passwords", "Unpacking", "group_parts", "members"]

OPENERS = {
    "zip": "archives.zip_archive:zip_members",
    "tar": "archives.tar_archive:tar_members",
    "7z": "archives.seven_zip:seven_zip_members",
    "rar": "archives.rar_archive:rar_members",
}


def members(blob: Blob, kind: str, box: Unpacking) -> Iterator[Member]:
    """The members of an archive, or the one content of a compressed file, each in order.

    A member must be read before the next one is asked for. UnreadableSource is yielded for a member that cannot be
    read, and for what is left when the archive ends too early or a limit is passed; it is raised where the archive
    itself cannot be opened.
    """
    if box.depth >= box.limits.archive_depth:
        raise blob.unreadable(
            f"plus de {box.limits.archive_depth} archives l'une dans l'autre ; limite « archive_depth ».",
            f"more than {box.limits.archive_depth} archives in each other; limit “archive_depth”.",
        )
    if kind in OPENERS:
        module, function = OPENERS[kind].split(":")
        opened: Callable[[Blob, Unpacking], Iterator[Member]] = getattr(
            import_module(f"breachkit.reading.{module}"), function
        )
        return opened(blob, box)
    from breachkit.reading.archives.compression import compressed_content

    return compressed_content(blob, kind, box)
