"""What is known when a case is looked at: register, approved posts, rules of the day, what the office has set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from pik_xl.model import Ansprechpartner, Antrag, Bewilligung, Stelle
from pik_xl.recht.einstellungen import Einstellungen
from pik_xl.recht.entscheidung import AbweichendeEntscheidung
from pik_xl.recht.regelstand import Regelstand
from pik_xl.recht.rules import Rulebook
from pik_xl.register import Register


@dataclass(frozen=True)
class Lage:
    """What every check may know: the register, the approved posts and the rules of the day.

    `vollstaendig` says that all applications received so far are looked at, so that whoever is not among them
    has not applied. What the office has entered in its master: `einstellungen`, its `ansprechpartner` by Kreis, and
    where it decides otherwise than proposed (`abweichend`, by number of the post and key of the applicant). `heute` is
    the day of the run, where it may be another than the day of decision.
    """

    register: Register
    bewilligungen: Mapping[str, Bewilligung]
    rules: Rulebook
    stand: Regelstand
    vollstaendig: bool = False
    einstellungen: Einstellungen = field(default_factory=Einstellungen)
    ansprechpartner: Mapping[str, Ansprechpartner] = field(default_factory=dict)
    abweichend: Mapping[tuple[str, str], AbweichendeEntscheidung] = field(default_factory=dict)
    heute: date | None = None

    @cached_property
    def by_ags(self) -> Mapping[str, tuple[Bewilligung, ...]]:
        """The approved posts of each applicant."""
        found: dict[str, list[Bewilligung]] = {}
        for bewilligung in self.bewilligungen.values():
            found.setdefault(bewilligung.ags, []).append(bewilligung)
        return {ags: tuple(posts) for ags, posts in found.items()}

    @cached_property
    def by_kreis(self) -> Mapping[str, tuple[Bewilligung, ...]]:
        """The approved posts in each Kreis."""
        found: dict[str, list[Bewilligung]] = {}
        for bewilligung in self.bewilligungen.values():
            found.setdefault(bewilligung.kreis, []).append(bewilligung)
        return {kreis: tuple(posts) for kreis, posts in found.items()}

    def eigene(self, stelle: Stelle, antrag: Antrag) -> Bewilligung | None:
        """The approved post a row is about, if it is the applicant's; of one that is not only B03 says anything."""
        bewilligung = self.bewilligungen.get(stelle.stelle)
        return bewilligung if bewilligung and antrag.ags in ("", bewilligung.ags) else None

    @property
    def tag(self) -> date:
        """The day of decision."""
        return self.stand.tag

    @property
    def lauftag(self) -> date:
        """The day of the run."""
        return self.heute or self.tag
