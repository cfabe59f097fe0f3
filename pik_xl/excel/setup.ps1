<#
.SYNOPSIS
Installiert pik-xl für den angemeldeten Benutzer, ohne Administratorrechte.

.DESCRIPTION
Sucht Python 3.11 oder neuer, legt dafür eine eigene Umgebung in %LOCALAPPDATA%\pik-xl an, installiert pik-xl aus dem
Ordner, in dem dieses Skript liegt, legt auf Wunsch einen Arbeitsordner an und richtet Excel ein. Das Skript kann
beliebig oft laufen und hält beim ersten Schritt an, der nicht gelingt.

Nicht unter Windows erprobt (not tried on Windows): nur die Syntax ist geprüft.

.PARAMETER Ordner
Arbeitsordner, der angelegt und eingerichtet wird, etwa D:\PiK. Ohne ihn wird nur Excel eingerichtet.

.PARAMETER Python
Voller Pfad einer python.exe, falls das Skript keine findet oder eine andere gelten soll.

.EXAMPLE
powershell -ExecutionPolicy Bypass -File setup.ps1 -Ordner D:\PiK
#>
[CmdletBinding()]
param(
    [string] $Ordner = '',
    [string] $Python = ''
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
# What Python says in UTF-8 is read as that, also folders with umlauts.
[Console]::OutputEncoding = [System.Text.Encoding]::UTF8
$env:PYTHONUTF8 = '1'
if (-not $env:LOCALAPPDATA) {
    Write-Host 'Abgebrochen: Dieses Skript ist für Windows.'
    exit 2
}
$Ziel = Join-Path $env:LOCALAPPDATA 'pik-xl'
$Umgebung = Join-Path $Ziel 'Scripts\python.exe'
# Without quotation marks, as Windows PowerShell loses them on the way to a program.
$Frage = 'import sys; print(sys.executable) if sys.version_info >= (3, 11) else None'

function Stop-Setup([string] $Meldung) {
    Write-Host "Abgebrochen: $Meldung" -ForegroundColor Red
    exit 2
}

# Runs a program and stops if its exit code is greater than the one allowed.
function Invoke-Schritt([string] $Name, [string] $Programm, [string[]] $Angaben, [int] $Erlaubt = 0) {
    Write-Host "- $Name ..."
    try {
        & $Programm @Angaben | Out-Host
    } catch {
        Stop-Setup "$Name ist nicht gelungen: $($_.Exception.Message)"
    }
    if ($LASTEXITCODE -gt $Erlaubt -or $LASTEXITCODE -lt 0) {
        Stop-Setup "$Name ist nicht gelungen (Code $LASTEXITCODE). Die Meldung steht darüber."
    }
}

# The full path of a Python that is new enough; empty if the program is none.
function Get-Python([string] $Programm, [string[]] $Angaben) {
    if (-not (Get-Command $Programm -ErrorAction SilentlyContinue)) { return '' }
    try {
        $Gefunden = & $Programm @Angaben -c $Frage
    } catch {
        return ''
    }
    if ($LASTEXITCODE -ne 0 -or -not $Gefunden) { return '' }
    return [string] $Gefunden
}

function Find-Python {
    if ($Python) {
        $Gefunden = Get-Python $Python @()
        if (-not $Gefunden) { Stop-Setup "$Python ist kein Python 3.11 oder neuer." }
        return $Gefunden
    }
    foreach ($Versuch in @(@('py', '-3'), @('python'), @('python3'))) {
        $Gefunden = Get-Python $Versuch[0] @($Versuch | Select-Object -Skip 1)
        if ($Gefunden) { return $Gefunden }
    }
    Write-Host 'Python 3.11 oder neuer wurde nicht gefunden.'
    try { $Pfad = Read-Host 'Voller Pfad der python.exe (leer: Abbruch)' } catch { $Pfad = '' }
    $Gefunden = if ($Pfad) { Get-Python $Pfad.Trim('"') @() } else { '' }
    if (-not $Gefunden) {
        Stop-Setup 'Bitte Python von python.org nur für den eigenen Benutzer installieren, dann das Skript noch einmal starten.'
    }
    return $Gefunden
}

# A wheel beside the script, else the source the script lies in.
function Find-Paket {
    $Rad = Get-ChildItem -Path $PSScriptRoot -Filter 'pik_xl-*.whl' | Sort-Object LastWriteTime | Select-Object -Last 1
    if ($Rad) { return $Rad.FullName }
    $Quelle = Join-Path $PSScriptRoot '..\..'
    if (Test-Path (Join-Path $Quelle 'pyproject.toml')) { return $Quelle }
    Stop-Setup "Neben dem Skript liegt kein pik_xl-*.whl. Bitte die Datei nach $PSScriptRoot legen."
}

$Paket = Find-Paket
if (-not (Test-Path $Umgebung) -or -not (Get-Python $Umgebung @())) {
    Invoke-Schritt "Umgebung in $Ziel anlegen" (Find-Python) @('-m', 'venv', $Ziel)
}
$Pip = @('-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', '--find-links', $PSScriptRoot)
Invoke-Schritt 'Bibliotheken installieren' $Umgebung ($Pip + @($Paket))
# The same version again would be left as it is, also where the wheel is a newer one.
Invoke-Schritt 'pik-xl installieren' $Umgebung ($Pip + @('--force-reinstall', '--no-deps', $Paket))

$Einrichten = @('-m', 'pik_xl', 'excel', 'einrichten')
if ($Ordner) {
    $Ordner = $Ordner.TrimEnd('\')  # before a closing quotation mark it would escape that
    Invoke-Schritt "Arbeitsordner $Ordner anlegen" $Umgebung @('-m', 'pik_xl', 'init', $Ordner)
    $Einrichten += $Ordner
}
# Code 1 says that something is missing, in lines of its own: the installation itself is done.
Invoke-Schritt 'Excel einrichten' $Umgebung $Einrichten 1
Write-Host "Fertig. Aufruf: $(Join-Path $Ziel 'Scripts\pik-xl.exe')"
exit 0
