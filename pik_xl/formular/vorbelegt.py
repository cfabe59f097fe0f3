"""What the office already knows about an applicant -> the entries a form arrives with."""

from __future__ import annotations

from collections.abc import Sequence

from pik_xl.model import Bewilligung

Fields = dict[str, object]

# What a post arrives with besides its approved facts: known to the office, open to the applicant.
VORGESCHLAGEN = ("vzae", "person", "qualifikation")


def kopf_of(posts: Sequence[Bewilligung]) -> Fields:
    """The head of the form for an applicant, from its approved posts (at least one)."""
    first = posts[0]
    return {"traeger": first.traeger, "art": first.art, "ags": first.ags, "kreis": first.kreis}


def stelle_of(post: Bewilligung) -> Fields:
    """A row of the form's table of posts: the approved facts, and as much as possible for the applicant."""
    return {
        "stelle": post.stelle,
        "ags": post.ags,
        "einsatzort": post.einsatzort,
        "vzae_bewilligt": post.vzae,
        "beginn": post.beginn,
        "bewilligt_bis": post.bewilligt_bis,
        "vzae": post.vzae,
        "person": post.person,
        "qualifikation": post.qualifikation,
    }
