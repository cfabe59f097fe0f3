"""Draws a master, empty or filled: sheets, start page, map, the buttons with their macros."""
