Option Explicit

Public Sub PikFormulare()
    RunPython "import pik_xl.buttons; pik_xl.buttons.formulare()"
End Sub

Public Sub PikPruefen()
    RunPython "import pik_xl.buttons; pik_xl.buttons.pruefen()"
End Sub

Public Sub PikVerlaengern()
    RunPython "import pik_xl.buttons; pik_xl.buttons.verlaengern()"
End Sub

Public Sub PikKonsolidieren()
    RunPython "import pik_xl.buttons; pik_xl.buttons.konsolidieren()"
End Sub

Public Sub PikBescheideAuswahl()
    RunPython "import pik_xl.buttons; pik_xl.buttons.bescheide_auswahl()"
End Sub

Public Sub PikBescheideFreigegebene()
    RunPython "import pik_xl.buttons; pik_xl.buttons.bescheide_freigegebene()"
End Sub

Public Sub PikRueckfragen()
    RunPython "import pik_xl.buttons; pik_xl.buttons.rueckfragen()"
End Sub

Public Sub PikVersand()
    RunPython "import pik_xl.buttons; pik_xl.buttons.versand()"
End Sub

Public Sub PikKreisuebersicht()
    RunPython "import pik_xl.buttons; pik_xl.buttons.kreisuebersicht()"
End Sub

Public Sub PikVorlagenPruefen()
    RunPython "import pik_xl.buttons; pik_xl.buttons.vorlagen_pruefen()"
End Sub

Public Sub PikAlles()
    RunPython "import pik_xl.buttons; pik_xl.buttons.alles()"
End Sub

Public Sub PikErklaeren()
    RunPython "import pik_xl.buttons; pik_xl.buttons.erklaeren()"
End Sub

Public Sub PikRechner()
    RunPython "import pik_xl.buttons; pik_xl.buttons.rechner()"
End Sub

Public Sub PikOrdnerOeffnen()
    RunPython "import pik_xl.buttons; pik_xl.buttons.ordner_oeffnen()"
End Sub

Public Sub PikHilfe()
    RunPython "import pik_xl.buttons; pik_xl.buttons.hilfe()"
End Sub

Public Sub PikRibbon(control As IRibbonControl)
    Select Case control.ID
    Case "PikFormulare": PikFormulare
    Case "PikPruefen": PikPruefen
    Case "PikVerlaengern": PikVerlaengern
    Case "PikKonsolidieren": PikKonsolidieren
    Case "PikBescheideAuswahl": PikBescheideAuswahl
    Case "PikBescheideFreigegebene": PikBescheideFreigegebene
    Case "PikRueckfragen": PikRueckfragen
    Case "PikVersand": PikVersand
    Case "PikKreisuebersicht": PikKreisuebersicht
    Case "PikVorlagenPruefen": PikVorlagenPruefen
    Case "PikAlles": PikAlles
    Case "PikErklaeren": PikErklaeren
    Case "PikRechner": PikRechner
    Case "PikOrdnerOeffnen": PikOrdnerOeffnen
    Case "PikHilfe": PikHilfe
    End Select
End Sub
