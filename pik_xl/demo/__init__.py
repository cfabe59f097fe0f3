"""The invented state: a Bestand for all of Baden-Württemberg, and what comes back."""
