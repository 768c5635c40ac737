"""What each kind of action in the log is called when people read it."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    "area:verification:approved": "Said yes to a request to vote",
    "area:verification:asked": "Asked to vote for an area",
    "area:verification:refused": "Said no to a request to vote",
    "audit:kept-ballots:opened": "Opened ballots that were kept back",
    "audit:marked-register:opened": "Opened the list of who has voted",
    "codes:batch:made": "Made letter codes",
    "council:area:added": "Added an area",
    "council:demo:made": "Made the demo",
    "council:details:changed": "Changed the council’s details",
    "paper:project:moved": "Moved a project on a ballot paper",
    "paper:project:put-on": "Put a project on a ballot paper",
    "paper:project:taken-off": "Took a project off a ballot paper",
    "person:account:confirmed": "Confirmed an account",
    "person:account:registered": "Asked for an account",
    "person:administrator:added": "Added an administrator",
    "person:appointment:asked": "Asked to change a role",
    "person:appointment:confirmed": "Confirmed a change of role",
    "person:appointment:withdrawn": "Stopped a change of role",
    "person:password:reset": "Set a new password",
    "person:recovery-code:used": "Used a recovery code",
    "person:recovery-codes:made": "Made recovery codes",
    "person:second-factor:removed": "Turned the second step off",
    "person:second-factor:set": "Turned the second step on",
    "person:staff:signed-in": "Signed in",
    "proposal:draft:started": "Started a proposal",
    "proposal:photo:added": "Added a photo to a proposal",
    "proposal:photo:removed": "Removed a photo from a proposal",
    "proposal:proposal:accepted": "Accepted a proposal",
    "proposal:proposal:refused": "Refused a proposal",
    "proposal:proposal:sent": "Sent a proposal",
    "proposal:proposal:withdrawn": "Took a proposal back",
    "proposal:question:answered": "Answered a question about a proposal",
    "proposal:question:asked": "Asked a question about a proposal",
    "proposal:text:saved": "Saved the text of a proposal",
    "record:recount:made": "Recounted a record",
    "roll:entries:made": "Put people on the roll",
    "roll:person:enrolled": "Put a person on the roll",
    "round:bytes:frozen": "Fixed rules, projects and costs",
    "round:decision:asked": "Asked for a step that needs two people",
    "round:decision:confirmed": "Confirmed a step that needs two people",
    "round:decision:withdrawn": "Stopped a step that needs two people",
    "round:delivery:closed": "Closed a round",
    "round:delivery:started": "Said that the projects are being carried out",
    "round:draft:created": "Made a round",
    "round:draft:dropped": "Dropped a draft",
    "round:file:imported": "Brought in an election file",
    "round:key:destroyed": "Destroyed the key of a cancelled round",
    "round:lot:drawn": "Drew a lot",
    "round:night:logged": "Put the votes that waited into the register",
    "round:outcome:decided": "Said that the result is decided",
    "round:public:announced": "Announced a round",
    "round:public:cancelled": "Cancelled a round",
    "round:record:published": "Published a record",
    "round:sealing:step": "Did a step of the sealing",
}


def words_of(kind: str) -> str:
    """`round:draft:created` as "Made a round"; a kind without words of its own, spelt out."""
    return _WORDS.get(kind) or kind.replace(":", " ").replace("-", " ").replace("_", " ").capitalize()
