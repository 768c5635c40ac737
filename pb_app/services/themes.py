"""A drawing for a proposal that has no photo, chosen by the words of its title: the first line that knows one.

The drawings are all of one size and style, so that no proposal looks grander than another.
"""

from __future__ import annotations

import re

_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("wc", ("toilet", "toilets", "changing")),
    ("orchard", ("orchard", "fruit")),
    ("tree", ("tree", "trees", "woodland", "hedge", "hedgerow")),
    ("play", ("play", "playground", "swing", "swings", "slide")),
    ("gauge", ("flood", "gauge", "alerts", "drainage")),
    ("kerb", ("kerb", "kerbs", "wheelchair", "ramp", "step-free", "handrails")),
    ("light", ("light", "lights", "lighting", "lamp", "lamps")),
    ("sport", ("football", "sport", "sports", "pitch", "skate", "coaching", "gym", "cricket", "netball", "boxing")),
    ("music", ("music", "radio", "band", "choir", "instruments", "concert", "dance")),
    ("art", ("mural", "art", "arts", "film", "theatre", "heritage", "festival", "painting", "craft")),
    ("bus", ("bus", "minibus", "shelter", "transport")),
    ("bike", ("bike", "bikes", "cycle", "cycling", "cycles")),
    ("book", ("homework", "library", "reading", "learning", "books", "skills", "language", "digital")),
    ("tools", ("repair", "tool", "tools", "workshop", "shed", "mend")),
    ("food", ("food", "fridge", "kitchen", "café", "cafe", "cooking", "lunch", "breakfast", "pantry", "meals")),
    ("bench", ("bench", "benches", "seats", "seating", "shade", "picnic")),
    ("water", ("water", "allotment", "allotments", "pond", "river", "fountain", "fountains", "canal", "pool")),
    ("street", ("crossing", "zebra", "street", "road", "pavement", "path", "footpath", "bridge", "traffic")),
    ("talk", ("counselling", "advice", "talk", "befriending", "mentors", "mentoring", "listening", "carers", "club")),
    ("meadow", ("meadow", "flowers", "flower", "bees", "garden", "gardens", "planters", "wildflower", "park")),
)
_DEFAULT = "home"


def theme_of(title: str) -> str:
    """The name of the drawing (`img/NAME.svg`) for a title; "home" where no word of it is known."""
    words = set(re.findall(r"[\w-]+", title.lower()))
    return next((theme for theme, known in _WORDS if not words.isdisjoint(known)), _DEFAULT)
