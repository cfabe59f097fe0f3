"""The sample templates as code: texts, stationery, styles, and what puts them together."""
