"""The proposals of the demo council: invented, with places and costs as a small English town has them."""

from __future__ import annotations

from dataclasses import dataclass

AREAS: tuple[tuple[str, str], ...] = (
    ("alder-quay", "Alder Quay"),
    ("brindle", "Brindle"),
    ("castle-rise", "Castle Rise"),
)
QUAY, BRINDLE, CASTLE = (area_id for area_id, _ in AREAS)


@dataclass(frozen=True, slots=True)
class Idea:
    """One proposal before anybody sent it. `lines` are (what for, whole pounds)."""

    title: str
    summary: str
    benefit: str
    area: str
    place: str
    lines: tuple[tuple[str, int], ...]
    group: str = ""


NEIGHBOURHOOD: tuple[Idea, ...] = (
    Idea(
        "Community orchard on Foxmead Green",
        "Forty fruit trees, two benches and a path wide enough for wheelchairs.",
        "Everyone who walks to the shops; two schools will help with the harvest.",
        BRINDLE,
        "Foxmead Green, behind the library",
        (("Trees, stakes and guards", 1_600), ("Path", 2_200), ("Two benches", 1_000)),
        "Foxmead Growers",
    ),
    Idea(
        "Zebra crossing at Brindle School",
        "A safe crossing where 300 children cross Hill Road twice a day.",
        "Children, parents and the lollipop patrol.",
        BRINDLE,
        "Hill Road, outside Brindle School",
        (("Traffic order", 3_500), ("Crossing and lights", 23_000)),
    ),
    Idea(
        "Lights on the riverside path",
        "Low lights, kind to bats, from the Quay to Station Street.",
        "People who walk home after dark.",
        QUAY,
        "Riverside path, Quay to Station Street",
        (("Forty lights", 22_000), ("Cables and digging", 7_500), ("Bat survey", 1_500)),
    ),
    Idea(
        "Warm Saturdays at the library",
        "Open the library on winter Saturdays with soup, heating and help with forms.",
        "Older people, and anyone whose home is cold.",
        BRINDLE,
        "Brindle Library, Mill Lane",
        (("Staff for 24 Saturdays", 6_700), ("Soup and tea", 1_500), ("Heating", 1_000)),
        "Friends of Brindle Library",
    ),
    Idea(
        "Toilets at the skate park",
        "Two toilets, one with a changing bench, open 8am to 8pm.",
        "Families and skaters who now go home early.",
        CASTLE,
        "Castle Rise skate park",
        (("Building", 26_500), ("Water and drains", 6_000), ("Cleaning, three years", 2_000)),
    ),
    Idea(
        "Repair café tools and rent",
        "Mend lamps, clothes and bikes once a month instead of binning them.",
        "Anyone with something broken; twelve volunteers are trained.",
        CASTLE,
        "St Anne’s Hall, Castle Rise",
        (("Tools", 1_450), ("Rent for a year", 2_200)),
        "Castle Rise Menders",
    ),
    Idea(
        "Flood alerts for Marsh Lane",
        "River gauges that text you when the water rises.",
        "140 homes in the flood area.",
        QUAY,
        "Marsh Lane, by the footbridge",
        (("Three gauges", 9_900), ("Installing", 3_000)),
    ),
    Idea(
        "Benches every 200 steps",
        "Eleven benches on the walk from the flats to the shops.",
        "People who need to rest on the way.",
        QUAY,
        "Quay Walk",
        (("Eleven benches", 5_500), ("Fitting", 1_900)),
    ),
    Idea(
        "Night bus on Fridays",
        "A bus home at 11pm and midnight for one year.",
        "Young people and people who work late.",
        BRINDLE,
        "Town centre to Brindle",
        (("Half the cost of the bus", 16_800),),
        "Brindle Night Bus Group",
    ),
    Idea(
        "Wheelchair swings in every park",
        "One swing that takes a wheelchair in each of six parks.",
        "Disabled children and their friends.",
        CASTLE,
        "All six council parks",
        (("Six swings", 18_000), ("Safety surface", 4_400)),
    ),
    Idea(
        "Trees for Station Street",
        "Thirty street trees where summers are hottest.",
        "People waiting for the bus, and the flats on the south side.",
        CASTLE,
        "Station Street",
        (("Thirty trees", 6_000), ("Pits and kerbs", 4_000), ("Watering, three years", 1_500)),
    ),
)

YOUTH: tuple[Idea, ...] = (
    Idea(
        "Music room at the youth club",
        "Drums, a desk and two quiet rooms that anyone under 21 can book.",
        "Young people who can’t practise at home.",
        QUAY,
        "Quay Youth Club",
        (("Instruments", 4_750), ("Sound-proofing", 5_000)),
        "Quay Youth Club",
    ),
    Idea(
        "Young carers’ weekend away",
        "Two nights at an outdoor centre for 20 young carers.",
        "Young carers, and the people they care for, who get a break too.",
        QUAY,
        "Outdoor centre at Highmoor",
        (("Beds and food", 3_600), ("Minibus", 800), ("Nurse on site", 1_200)),
        "Westmere Young Carers",
    ),
    Idea(
        "Bike library for under-18s",
        "Borrow a bike that fits, swap it when you grow.",
        "Families who can’t buy a new bike every year.",
        BRINDLE,
        "Brindle Community Centre",
        (("Thirty bikes", 4_500), ("Shed", 1_800), ("Helmets and locks", 900)),
    ),
    Idea(
        "Homework club with supper",
        "Three evenings a week with a tutor and a hot meal.",
        "Children at three schools.",
        CASTLE,
        "Castle Rise School",
        (("Tutors", 7_200), ("Food", 2_900)),
        "Castle Rise PTA",
    ),
    Idea(
        "Street art with the estate",
        "Young people paint the underpass with two local artists.",
        "Everyone who uses the underpass.",
        CASTLE,
        "Castle Rise underpass",
        (("Artists", 2_400), ("Paint and lifts", 1_300)),
    ),
    Idea(
        "First aid for every Year 9",
        "A half-day course with a certificate for 420 pupils.",
        "Pupils, and the people they will help.",
        BRINDLE,
        "All three secondary schools",
        (("Trainers", 5_040), ("Dummies and kits", 1_160)),
    ),
    Idea(
        "Girls’ football pitch time",
        "Two floodlit hours a week for a year, and a coach.",
        "Sixty girls aged 9 to 16.",
        QUAY,
        "Quay Sports Ground",
        (("Pitch hire", 3_120), ("Coach", 2_600)),
        "Quay Rovers Girls",
    ),
)
