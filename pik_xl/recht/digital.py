"""A digital solution + the posts of its Kreis + rules of a day -> whether it is funded, and with how much.

Pure like `verlaengerung`. What no source gives (rate and cap) decides as a setting and is told as one.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from pik_xl.model import Antrag, Besetzung, Bewilligung, Ergebnis
from pik_xl.recht.entscheidung import Digitalentscheidung
from pik_xl.recht.regelstand import Regelstand
from pik_xl.recht.verlaengerung import CENT
from pik_xl.values import as_euro


def taetige(bewilligungen: Iterable[Bewilligung], antraege: Iterable[Antrag]) -> int:
    """How many work in the integration management of a Kreis: its approved posts but those reported as not filled.

    At least so many: a bundled post may be held by several people.
    """
    leer = {s.stelle for a in antraege for s in a.stellen if s.besetzung_heute == Besetzung.UNBESETZT}
    return sum(b.stelle not in leer for b in bewilligungen)


def decide_digital(antrag: Antrag, im_kreis: int, stand: Regelstand) -> Digitalentscheidung:
    """min(rate x cost, cap) in EUR, if all `im_kreis` people of the Kreis get access; else refused."""
    regeln = stand.digital
    zahl, kosten = antrag.digital_zahl or 0, antrag.digital_kosten or Decimal(0)
    saetze = [f"Zugriff ist für {zahl} vorgesehen; im Kreisgebiet sind nach Bestand und Anträgen {im_kreis} Stellen "
              f"bewilligt und nicht als unbesetzt gemeldet ({regeln.zugang.zitat})."]  # fmt: skip
    gruende = []
    if not antrag.digital_zugang or zahl < im_kreis:
        gruende.append(f"Der Zugriff für alle im Kreisgebiet ist nicht gesichert ({regeln.zugang.zitat}).")
    if kosten <= 0:
        gruende.append("Es sind keine Ausgaben angegeben, die gefördert werden könnten.")
    if gruende:
        return Digitalentscheidung(
            Ergebnis.ABGELEHNT, gruende=tuple(gruende), trace=(*saetze, *gruende), quellen=(regeln.zugang.zitat,)
        )
    satz, hoechstens = regeln.satz.value, regeln.hoechstbetrag.value
    assert isinstance(satz, int) and isinstance(hoechstens, Decimal)
    anteil = (kosten * satz / 100).quantize(CENT, ROUND_HALF_UP)
    summe = min(anteil, hoechstens)
    saetze.append(f"Ausgaben {as_euro(kosten)}, davon {regeln.satz.text} ({regeln.satz.zitat}): {as_euro(anteil)}.")
    if anteil > hoechstens:
        gruende.append(f"Je Antrag werden höchstens {as_euro(hoechstens)} bewilligt ({regeln.hoechstbetrag.zitat}).")
    saetze += [*gruende, f"Summe: {as_euro(summe)}."]
    quellen = [regeln.zugang.zitat, f"{regeln.satz.name}: {regeln.satz.zitat}"]
    quellen.append(f"{regeln.hoechstbetrag.name}: {regeln.hoechstbetrag.zitat}")
    ergebnis = Ergebnis.TEILWEISE if gruende else Ergebnis.BEWILLIGT
    return Digitalentscheidung(ergebnis, summe, tuple(gruende), tuple(saetze), tuple(quellen))
