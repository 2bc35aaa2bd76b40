"""What unpacking one source shares: its limits, its passwords, and the count of the bytes unpacked so far.

Bytes are counted once however often they are read, over all archives in archives of one source; a slice of bytes that
were counted already (a member of a tar) is not counted again. The limits `unpacked_bytes` and `unpacked_ratio` hold for
this sum. The ratio is of what is unpacked to what lies on disk, and means nothing of small sizes (thirty bytes of
bzip2 may honestly hold a megabyte of one letter): it counts above `memory_bytes`, which do no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from breachkit.errors import UnreadableSource
from breachkit.limits import Limits
from breachkit.reading.blob import Blob
from breachkit.reading.naming import member_name

Passwords = Callable[[str], str | None]  # the label of an archive → its password, None where nobody knows it
Member = Blob | UnreadableSource


class Listed(str):
    """A password of a list: where it does not open the archive, the next of the list is asked for."""

    __slots__ = ()


@dataclass
class Tally:
    """Bytes unpacked from one source, and whether they passed a limit: nothing more is unpacked then."""

    unpacked: int = 0
    passed: bool = False


@dataclass
class Unpacking:
    """Limits, who to ask for a password, where to spool, how deep we are.

    `known` are the passwords that opened an archive, or were taken from a list; they are tried before anyone is asked
    again. What is given to several unpackings is shared by their sources.
    """

    limits: Limits
    password: Passwords = field(repr=False)
    connection: Any
    depth: int = 0
    known: list[str] = field(default_factory=list, repr=False)
    tally: Tally = field(default_factory=Tally)

    def inside(self) -> Unpacking:
        """The same, one archive deeper."""
        return replace(self, depth=self.depth + 1)

    def unlock(self, blob: Blob, opens: Callable[[str], bool]) -> str:
        """The password of an archive: a known one that opens it, else the one that a person is asked for, once.

        UnreadableSource where nobody knows it, or it is wrong.
        """
        for known in self.known:
            if opens(known):
                return known
        given = self.password(blob.label)
        while isinstance(given, Listed):
            self.known.append(given)  # it may open another archive, if not this one
            if opens(given):
                return given
            following = self.password(blob.label)
            if following is None:
                break
            given = following
        if given is None:
            raise blob.unreadable(
                "l'archive est protégée par un mot de passe ; donnez-le par « --password-file FICHIER » ou à l'invite.",
                "the archive is protected by a password; give it with “--password-file FILE” or at the prompt.",
            )
        if isinstance(given, Listed) or not opens(given):
            raise blob.unreadable(
                "le mot de passe donné n'ouvre pas cette archive ; donnez le bon par « --password-file FICHIER » ou à "
                "l'invite.",
                "the password given does not open this archive; give the right one with “--password-file FILE” or at "
                "the prompt.",
            )
        self.known.append(given)
        return given


class Meter:
    """Counts the bytes that come out of one stream, each once however often the stream is opened."""

    def __init__(self, blob: Blob, box: Unpacking) -> None:
        self._blob, self._limits, self._tally = blob, box.limits, box.tally
        self._reached = 0

    def reach(self, position: int) -> None:
        """The stream has given this many bytes since it was opened; UnreadableSource where a limit is passed."""
        if position <= self._reached:
            return
        self._tally.unpacked += position - self._reached
        self._reached = position
        unpacked, limits = self._tally.unpacked, self._limits
        if unpacked > limits.unpacked_bytes:
            self._tally.passed = True
            raise past_unpacked_bytes(self._blob, limits)
        if unpacked > limits.memory_bytes and unpacked > limits.unpacked_ratio * max(1, self._blob.source.size):
            self._tally.passed = True
            raise self._blob.unreadable(
                f"plus de {limits.unpacked_ratio} octets décompressés pour un octet de l'archive, comme une bombe de "
                "décompression ; limite « unpacked_ratio ».",
                f"more than {limits.unpacked_ratio} bytes unpacked for one byte of the archive, as a decompression "
                "bomb; limit “unpacked_ratio”.",
            )


def past_unpacked_bytes(blob: Blob, limits: Limits) -> UnreadableSource:
    """The refusal of a source that holds too much."""
    return blob.unreadable(
        f"plus de {limits.unpacked_bytes} octets une fois décompressé ; limite « unpacked_bytes ».",
        f"more than {limits.unpacked_bytes} bytes once unpacked; limit “unpacked_bytes”.",
    )


def too_many_members(blob: Blob, limits: Limits) -> UnreadableSource:
    """The refusal of an archive, or of the rest of it, with too many members."""
    return blob.unreadable(
        f"l'archive compte plus de {limits.archive_members} membres ; limite « archive_members ».",
        f"the archive has more than {limits.archive_members} members; limit “archive_members”.",
    )


def joined(outer: str | None, kind: str) -> str:
    """The compressions of a blob, from the outermost to the innermost: "zip+gzip" is a .gz in a zip."""
    return f"{outer}+{kind}" if outer else kind


def member_blob(outer: Blob, path: str, position: int, kind: str, opener: Callable[[], BinaryIO]) -> Blob:
    """The blob of an archive's member; `path` is as it stands in the archive, `position` counts from 1."""
    # Halves of a character that an archiver wrote apart are put together; a lone half cannot be written.
    told = member_name(path.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"), position)
    member = f"{outer.member}/{told}" if outer.member else told
    return Blob(outer.source, opener, PurePosixPath(told).name, member, joined(outer.compression, kind))


def is_clutter(path: str) -> bool:
    """Whether a member is what a desktop leaves beside the files: never data."""
    parts = path.replace("\\", "/").split("/")
    return "__MACOSX" in parts or parts[-1].startswith("._") or parts[-1].lower() in CLUTTER


CLUTTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


def note(notes: list[str], reason: str) -> None:
    """Adds why a stream ended too early, once."""
    if reason not in notes:
        notes.append(reason)


def damaged(blob: Blob, kind: str) -> UnreadableSource:
    """The refusal of what nothing comes out of."""
    return blob.unreadable(
        f"contenu {kind} endommagé ou incomplet : rien n'a pu en être décompressé ; demandez-en une copie intacte.",
        f"damaged or incomplete {kind} content: nothing could be unpacked of it; ask for an intact copy.",
    )


def rest_missing(blob: Blob) -> UnreadableSource:
    """What is said after the members that could be read of an archive that ends too early or is damaged."""
    return blob.unreadable(
        "l'archive est endommagée ou s'arrête trop tôt : des membres peuvent manquer ; demandez-en une copie intacte.",
        "the archive is damaged or ends too early: members may be missing; ask for an intact copy.",
    )


def not_followed(blob: Blob, count: int) -> UnreadableSource:
    """What is said of links and devices: their content is elsewhere, and is never fetched."""
    return blob.unreadable(
        f"liens ou fichiers spéciaux non suivis : {count} ; donnez les fichiers qu'ils désignent.",
        f"links or special files not followed: {count}; give the files that they point to.",
    )


def nothing_inside(blob: Blob) -> UnreadableSource:
    """The refusal of an archive without any file that holds something."""
    return blob.unreadable(
        "l'archive ne contient aucun fichier non vide.", "the archive holds no file that is not empty."
    )
