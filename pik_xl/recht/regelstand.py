"""The rulebook as it stands on one day: what `verlaengerung`, `digital` and `haushalt` reckon with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pik_xl.model import Qualifikation
from pik_xl.recht.rules import Rulebook, Step

DIGITAL = ("gesamt", "zugang", "satz", "hoechstbetrag")


@dataclass(frozen=True)
class Digitalregeln:
    """The rules of the second programme: EUR in total, who needs access, percent of the cost, EUR at most."""

    gesamt: Step
    zugang: Step
    satz: Step
    hoechstbetrag: Step


@dataclass(frozen=True)
class Regelstand:
    """The rulebook as it stands on the day of decision: one step per rule, plus the budgets by year.

    `rechtsstand` is the day up to which changes of the law are known; normally the day of decision itself.
    """

    tag: date
    rechtsstand: date
    hoechstdauer: Step
    schritt: Step
    stichtag: Step
    unterbrechung: Step
    mindestanteil: Step
    teilmonat: Step
    rundung: Step
    rechtsgrundlage: Step
    nachbesetzung: Step
    digital: Digitalregeln
    jahresbetrag: Mapping[Qualifikation, Step]
    ansaetze: Mapping[int, Step]


def regelstand(rules: Rulebook, day: date, rechtsstand: date | None = None) -> Regelstand:
    """The steps in force on the day, as known on the day `rechtsstand` (none: the same day).

    PikError if a rule knows none yet.
    """
    known = rechtsstand or day
    return Regelstand(
        tag=day,
        rechtsstand=known,
        hoechstdauer=rules["hoechstdauer"].on(day, known),
        schritt=rules["schritt"].on(day, known),
        stichtag=rules["stichtag"].on(day, known),
        unterbrechung=rules["unterbrechung"].on(day, known),
        mindestanteil=rules["mindestanteil"].on(day, known),
        teilmonat=rules["teilmonat"].on(day, known),
        rundung=rules["rundung"].on(day, known),
        rechtsgrundlage=rules["rechtsgrundlage"].on(day, known),
        nachbesetzung=rules["nachbesetzung"].on(day, known),
        digital=Digitalregeln(*(rules[f"digital_{name}"].on(day, known) for name in DIGITAL)),
        jahresbetrag={
            Qualifikation.HOCHSCHULE: rules["jahresbetrag_hochschule"].on(day, known),
            Qualifikation.MITTLERER_ABSCHLUSS: rules["jahresbetrag_mittlerer_abschluss"].on(day, known),
        },
        ansaetze=rules.ansaetze,
    )
