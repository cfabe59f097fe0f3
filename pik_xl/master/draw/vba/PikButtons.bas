Option Explicit

Public Sub PikFormulare()
    Rufen "import pik_xl.buttons; pik_xl.buttons.formulare()"
End Sub

Public Sub PikPruefen()
    Rufen "import pik_xl.buttons; pik_xl.buttons.pruefen()"
End Sub

Public Sub PikVerlaengern()
    Rufen "import pik_xl.buttons; pik_xl.buttons.verlaengern()"
End Sub

Public Sub PikKonsolidieren()
    Rufen "import pik_xl.buttons; pik_xl.buttons.konsolidieren()"
End Sub

Public Sub PikBescheideAuswahl()
    Rufen "import pik_xl.buttons; pik_xl.buttons.bescheide_auswahl()"
End Sub

Public Sub PikBescheideFreigegebene()
    Rufen "import pik_xl.buttons; pik_xl.buttons.bescheide_freigegebene()"
End Sub

Public Sub PikRueckfragen()
    Rufen "import pik_xl.buttons; pik_xl.buttons.rueckfragen()"
End Sub

Public Sub PikVersand()
    Rufen "import pik_xl.buttons; pik_xl.buttons.versand()"
End Sub

Public Sub PikKreisuebersicht()
    Rufen "import pik_xl.buttons; pik_xl.buttons.kreisuebersicht()"
End Sub

Public Sub PikVorlagenPruefen()
    Rufen "import pik_xl.buttons; pik_xl.buttons.vorlagen_pruefen()"
End Sub

Public Sub PikAlles()
    Rufen "import pik_xl.buttons; pik_xl.buttons.alles()"
End Sub

Public Sub PikErklaeren()
    Rufen "import pik_xl.buttons; pik_xl.buttons.erklaeren()"
End Sub

Public Sub PikRechner()
    Rufen "import pik_xl.buttons; pik_xl.buttons.rechner()"
End Sub

Public Sub PikOrdnerOeffnen()
    Rufen "import pik_xl.buttons; pik_xl.buttons.ordner_oeffnen()"
End Sub

Public Sub PikHilfe()
    Rufen "import pik_xl.buttons; pik_xl.buttons.hilfe()"
End Sub

Private Sub Rufen(befehl As String)
    Application.EnableCancelKey = xlDisabled
    RunPython befehl
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
