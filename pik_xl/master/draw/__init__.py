"""Draws an empty or filled master: sheets, start page, map, buttons."""
