"""The master workbook: what stands there (`sheets`), drawn with its buttons (`draw`), read, brought up to date."""
