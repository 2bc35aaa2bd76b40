"""Files that are parts of one, by their names: `x.zip.001`, `x.sql.gz.aa`, `x.z01` with `x.zip`, `x.part1.rar`…

Parts may be given in any order. Their brothers in the same folder are taken with them; one that is missing is left in
its place, so that opening the source names it. A name that only looks like a part (`v1.02`, `rapport.101`, `x.db`)
stays a file of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from breachkit.reading.blob import SourceFile

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LAST = 10**6  # stands for the .zip of a split zip, whose last part it is


def _letters(text: str) -> int:
    """aa → 0, ab → 1, ba → 26."""
    number = 0
    for letter in text.lower():
        number = number * 26 + LETTERS.index(letter)
    return number


def _in_letters(number: int, like: str) -> str:
    text = ""
    for _ in like:
        number, digit = divmod(number, 26)
        text = LETTERS[digit] + text
    return text


def _old_rar(text: str) -> int:
    """rar → 0, r00 → 1, r99 → 100, s00 → 101 (of later letters there is no need: 200 parts)."""
    return 0 if text.lower() == "rar" else 1 + (ord(text[0].lower()) - ord("r")) * 100 + int(text[1:])


def _in_old_rar(number: int, _: str) -> str:
    hundreds, rest = divmod(number - 1, 100)
    return f"{chr(ord('r') + hundreds)}{rest:02d}" if number else "rar"


def _split_zip(text: str) -> int:
    """z01 → 1; the .zip is the last part."""
    return LAST if text.lower() == "zip" else int(text[1:])


def _in_split_zip(number: int, _: str) -> str:
    return "zip" if number == LAST else f"z{number:02d}"


def _in_digits(number: int, like: str) -> str:
    return str(number).zfill(len(like))


@dataclass(frozen=True)
class Scheme:
    """A way to name parts: what stands before, within and after the number in a name; the number; its whole's name.

    `first` are the numbers that a first part may have, `gap` how many parts in a row may be missing, `fewest` how many
    must be there for the names to mean parts at all; `even` says that all but the last must be of one size.
    """

    pattern: re.Pattern[str]
    first: tuple[int, ...]
    number: Callable[[str], int] = int
    text: Callable[[int, str], str] = _in_digits
    whole: str = "{}"
    gap: int = 8
    fewest: int = 2
    even: bool = False


SCHEMES = (
    Scheme(re.compile(r"(.+)\.part(\d+)(\.rar)", re.I), (1,), whole="{}.rar", fewest=1),
    Scheme(re.compile(r"(.+)\.(rar|[rs]\d\d)()", re.I), (0,), _old_rar, _in_old_rar, "{}.rar"),
    Scheme(re.compile(r"(.+)\.(zip|z\d\d+)()", re.I), (1,), _split_zip, _in_split_zip, "{}.zip", gap=LAST),
    Scheme(re.compile(r"(.+)\.part(\d+)()", re.I), (0, 1)),
    Scheme(re.compile(r"(.+)\.(\d{3,4})()"), (0, 1)),  # 7-Zip, HJSplit, split -d -a 3
    Scheme(re.compile(r"(.+)\.(\d\d)()"), (0,), even=True),  # split -d; also the name of a version
    Scheme(re.compile(r"(.+)[._-]([a-z]{2,4})()"), (0,), _letters, _in_letters, gap=2),  # split
)


@dataclass
class Group:
    """The parts found of one whole, by number."""

    scheme: Scheme
    whole: str
    common: tuple[str, int]  # what their names have in common
    parts: dict[int, Path] = field(default_factory=dict)


def group_parts(paths: Sequence[Path]) -> list[SourceFile]:
    """The files as given, the parts of one file together under its name, with names told apart.

    A file that is given twice, by whatever path, is read once.
    """
    paths = list({path.resolve(): path for path in paths}.values())
    of_path = {path: group for group in _groups(paths) for path in group.parts.values()}
    seen: dict[str, int] = {}
    sources: list[SourceFile] = []
    done: list[Group] = []
    for path in paths:
        group = of_path.get(path)
        if group and any(group is one for one in done):
            continue
        if group:
            done.append(group)
        name = group.whole if group else path.name
        seen[name] = seen.get(name, 0) + 1
        told = name if seen[name] == 1 else f"{name} ({seen[name]})"
        sources.append(SourceFile(told, _in_order(group) if group else (path,)))
    return sources


def _groups(paths: Iterable[Path]) -> list[Group]:
    found: list[Group] = []
    left = list(dict.fromkeys(paths))
    for scheme in SCHEMES:
        of_scheme: list[Group] = []
        for key, parts in _by_whole(left, scheme).items():
            brothers = _by_whole(_beside(key[0]), scheme).get(key, {})
            whole = scheme.whole.format(_matched(next(iter(parts.values())), scheme)[1])
            of_scheme.append(Group(scheme, whole, key[1:], _dense(brothers | parts, scheme)))
        kept = [group for group in _merged(of_scheme) if _is_split(group)]
        taken = {path for group in kept for path in group.parts.values()}
        left = [path for path in left if path not in taken]
        found += kept
    return found


def _matched(path: Path, scheme: Scheme) -> re.Match[str]:
    match = scheme.pattern.fullmatch(path.name)
    if match is None:
        raise ValueError
    return match


def _by_whole(paths: Iterable[Path], scheme: Scheme) -> dict[tuple[Path, str, int], dict[int, Path]]:
    """Paths by folder, by what their names have in common, and by the width of letters; then by number."""
    found: dict[tuple[Path, str, int], dict[int, Path]] = {}
    for path in paths:
        match = scheme.pattern.fullmatch(path.name)
        if match:
            width = len(match[2]) if scheme.number is _letters else 0
            key = (path.parent, path.name[: match.start(2)].lower(), width)
            found.setdefault(key, {}).setdefault(scheme.number(match[2]), path)
    return found


def _beside(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return []


def _dense(parts: dict[int, Path], scheme: Scheme) -> dict[int, Path]:
    """The parts up to the first wide gap: `x.db` is no part of `x.aa`, `x.ab`."""
    numbers = sorted(parts)
    end = next((after for here, after in pairwise(numbers) if after - here > scheme.gap + 1), numbers[-1] + 1)
    return {number: parts[number] for number in numbers if number < end}


def _merged(groups: list[Group]) -> list[Group]:
    """Groups of one whole from several folders as one, where none of their numbers is there twice."""
    merged: list[Group] = []
    for group in groups:
        same = [one for one in merged if one.common == group.common and not one.parts.keys() & group.parts.keys()]
        if same:
            same[0].parts |= group.parts
        else:
            merged.append(group)
    return merged


def _is_split(group: Group) -> bool:
    """Whether these are parts of one file, and not files whose names look like it."""
    scheme, numbers = group.scheme, sorted(group.parts)
    if scheme.number in (_old_rar, _split_zip):
        return any(number not in (0, LAST) for number in numbers)
    if numbers[0] in scheme.first:
        return len(numbers) >= scheme.fewest and (not scheme.even or _even(group))
    # Without its first part: numbered as only a part is (.part2, .002), or two letters that follow each other.
    if scheme.number is _letters:
        return numbers[:2] == [1, 2]
    return not scheme.even and numbers[0] <= max(scheme.first) + scheme.gap


def _even(group: Group) -> bool:
    sizes = [group.parts[number].stat().st_size for number in sorted(group.parts) if group.parts[number].is_file()]
    return len(set(sizes[:-1])) == 1 and sizes[-1] <= sizes[0]


def _in_order(group: Group) -> tuple[Path, ...]:
    """The parts from the first to the last, with the path of each one that is missing."""
    scheme, numbers = group.scheme, sorted(group.parts)
    if scheme.number is _split_zip:
        highest = max((number for number in numbers if number != LAST), default=0)
        wanted = [*range(1, highest + 1), LAST]
    else:
        start = numbers[0] if numbers[0] in scheme.first else max(scheme.first)
        wanted = list(range(start, numbers[-1] + 1))
    return tuple(group.parts.get(number) or _missing(group, number) for number in wanted)


def _missing(group: Group, number: int) -> Path:
    """The path that a missing part would have, after one that is there."""
    there = group.parts[min(group.parts)]
    match = _matched(there, group.scheme)
    return there.with_name(
        there.name[: match.start(2)] + group.scheme.text(number, match[2]) + there.name[match.end(2) :]
    )
