"""Texts for the reader of ``.pb`` files: small elections of every kind, and what can happen to them."""

from collections.abc import Callable
from random import Random

from tests.pabulib_data import DATA

LONGEST = 100_000
"""Bytes of a mutated text at most: a small file."""

_META = "META\nkey;value\ndescription;Small\ncountry;Poland\nnum_projects;3\nnum_votes;3\nbudget;{budget}\n"
_WRITTEN = [
    _META.format(budget=300) + "vote_type;approval\nrule;greedy\ncurrency;PLN\nPROJECTS\nproject_id;cost;votes;name;"
    'category;selected\n1;100;2;One;green,"b"\n2;200;1;"Two; ""and"" half";;1\n03;300.0;1;Three;art;0\n'
    "VOTES\nvoter_id;age;vote\na;30;1,2\nb;;03\nc;7;1\n",
    _META.format(budget="222176.85") + "vote_type;cumulative\nrule;equalshares/add1\nmax_sum_points;10\nPROJECTS\n"
    "project_id;cost;score\nA/1;1000.5;6\nB;0;1\nC;999999999;0\nVOTES\nvoter_id;vote;points\n1;A/1,B;5,1\n2;A/1;1\n3;;\n",
    _META.format(budget="1000") + "vote_type;ordinal\nrule;greedy-no-skip\nmin_length;1\nmax_length;3\nPROJECTS\r\n"
    "project_id;name;cost\r\nx;Ex;500\r\ny;Why;400\r\nz;Zed;12,50\r\nVOTES\r\nvoter_id;vote\r\n1;x,y,z\r\n2;z,x\r\n3;y\r\n",
    _META.format(budget="1000000000") + "vote_type;choose-1\nrule;greedy-threshold\nmin_project_score_threshold;2\n"
    "PROJECTS\nproject_id;cost;name\n10;5;a\n9;5;b\n8;7;c\nVOTES\nvoter_id;vote\n1;10\n2;9\n3;10",
    _META.format(budget="50") + "vote_type;scoring\nrule;equalshares/add1-comparison\nPROJECTS\ncost;project_id;name\n"
    '9;a;"two\nlines"\n8;b;\u2028\n50;c;é\nVOTES\nvote;voter_id;points\na,b,c;1;3,2,1\na;2;0\nb,c;3;1,1.0\n',
]
_WORDS = (
    *("", " ", '"', '""', ";", ";;;", "\t", "\r", "\n", "META", "PROJECTS", "VOTES", "votes;", "key;value", "\0"),
    *("\ufeff", "\u2028", "\xa0", "²", "٣", "１２", "İ", "\x85", "\x1b[31m", "None", "nan", "inf", "1e9", "-1", "+1"),
    *("0", "1", "2", "9" * 16, "9" * 31, "9" * 5000, "0." + "0" * 40, "1.5", "1,5", "1,000", ".5", "5.", "0x10", "1_0"),
    *("approval", "ordinal", "cumulative", "scoring", "choose-1", "CHOOSE-1", "greedy-no-skip", "equalshares/add1"),
    *("budget", "vote_type", "num_votes", "num_projects", "min_length", "max_length", "max_points", "rule", "currency"),
    *(
        "project_id",
        "cost",
        "name",
        "selected",
        "votes",
        "score",
        "voter_id",
        "vote",
        "points",
        "1,1",
        "a,a",
        ",",
        ",,",
    ),
)


def seeds() -> list[bytes]:
    """Our own files, and the smallest real ones where they are at hand."""
    real = sorted(DATA.glob("*.pb"), key=lambda path: path.stat().st_size)[:6]
    return [text.encode() for text in _WRITTEN] + [path.read_bytes() for path in real]


def mutated(random: Random, pool: list[bytes]) -> bytes:
    """One of the texts after one to five accidents."""
    own = len(_WRITTEN)
    text = random.choice(pool[:own] if random.random() < 0.8 else pool)
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5))):
        text = random.choice(_ACCIDENTS)(random, text)
    return text[:LONGEST]


def _span(random: Random, text: bytes) -> tuple[int, int]:
    start = random.randrange(len(text) + 1)
    return start, min(len(text), start + random.choice((1, 1, 2, 5, 20, 200)))


def _other_byte(random: Random, text: bytes) -> bytes:
    at = random.randrange(len(text) + 1)
    return text[:at] + bytes([random.randrange(256)]) + text[at + 1 :]


def _word_put_in(random: Random, text: bytes) -> bytes:
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(_WORDS).encode() + text[at:]


def _piece_lost(random: Random, text: bytes) -> bytes:
    start, end = _span(random, text)
    return text[:start] + text[end:]


def _piece_repeated(random: Random, text: bytes) -> bytes:
    start, end = _span(random, text)
    times = random.choice((1, 1, 2, 50, 2000))
    return text[:end] + text[start:end] * times + text[end:]


def _cut_off(random: Random, text: bytes) -> bytes:
    return text[: random.randrange(len(text) + 1)]


def _line_changed(random: Random, text: bytes) -> bytes:
    lines = text.split(b"\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(4):
        case 0:
            del lines[one]
        case 1:
            lines.insert(other, lines[one])
        case 2:
            lines[one], lines[other] = lines[other], lines[one]
        case _:
            lines.insert(one, random.choice(_WORDS).encode())
    return b"\n".join(lines)


def _cell_changed(random: Random, text: bytes) -> bytes:
    lines = text.split(b"\n")
    number = random.randrange(len(lines))
    cells = lines[number].split(b";")
    at = random.randrange(len(cells))
    word = random.choice(_WORDS).encode()
    match random.randrange(5):
        case 0:
            del cells[at]
        case 1:
            cells.insert(at, word)
        case 2:
            cells[at] = b'"' + cells[at] + b'"'
        case 3:
            cells[at] = b'"' + word.replace(b'"', b'""') + b'"'
        case _:
            cells[at] = word
    lines[number] = b";".join(cells)
    return b"\n".join(lines)


def _line_ends_changed(random: Random, text: bytes) -> bytes:
    return text.replace(b"\n", random.choice((b"\r\n", b"\r", b"\n\n", b"\n")), random.choice((1, 3, -1)))


_ACCIDENTS: tuple[Callable[[Random, bytes], bytes], ...] = (
    _other_byte,
    _word_put_in,
    _word_put_in,
    _piece_lost,
    _piece_repeated,
    _cut_off,
    _line_changed,
    _line_changed,
    _cell_changed,
    _cell_changed,
    _cell_changed,
    _line_ends_changed,
)
