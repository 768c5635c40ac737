"""A drawing for a proposal that has no photo, chosen by the words of its title.

The drawings are all of one size and style, so that no proposal looks grander than another.
"""

from __future__ import annotations

import re

_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("orchard", ("orchard", "fruit")),
    ("tree", ("tree", "trees", "woodland", "hedge", "hedgerow")),
    ("meadow", ("meadow", "flowers", "flower", "bees", "garden", "gardens", "planters", "planter", "park")),
    ("kerb", ("kerb", "kerbs", "wheelchair", "ramp", "step-free")),
    ("gauge", ("flood", "gauge", "alerts", "drainage")),
    ("light", ("light", "lights", "lighting", "lamp", "lamps")),
    ("bus", ("bus", "minibus", "shelter", "transport")),
    ("bike", ("bike", "bikes", "cycle", "cycling", "cycles")),
    ("street", ("crossing", "zebra", "street", "road", "pavement", "path", "footpath", "bridge", "traffic")),
    ("play", ("play", "playground", "swing", "swings", "slide")),
    ("sport", ("football", "sport", "sports", "pitch", "skate", "coaching", "gym", "cricket", "netball", "boxing")),
    ("music", ("music", "radio", "band", "choir", "instruments", "concert")),
    ("art", ("mural", "art", "arts", "film", "theatre", "heritage", "festival", "painting", "craft")),
    ("book", ("homework", "library", "reading", "school", "learning", "books", "skills", "language", "digital")),
    ("tools", ("repair", "tool", "tools", "workshop", "shed", "mend")),
    ("food", ("food", "fridge", "kitchen", "café", "cafe", "cooking", "lunch", "breakfast", "pantry", "meals")),
    ("wc", ("toilet", "toilets", "changing")),
    ("water", ("water", "allotment", "allotments", "pond", "river", "fountain", "canal", "pool", "beach")),
    ("bench", ("bench", "benches", "seats", "seating", "shade", "picnic")),
    ("talk", ("counselling", "advice", "talk", "befriending", "mentors", "mentoring", "listening", "carers", "club")),
)
_DEFAULT = "home"


def theme_of(title: str) -> str:
    """The name of the drawing (`img/NAME.svg`) for a title; "home" where no word of it is known."""
    words = set(re.findall(r"[\w-]+", title.lower()))
    return next((theme for theme, known in _WORDS if not words.isdisjoint(known)), _DEFAULT)
