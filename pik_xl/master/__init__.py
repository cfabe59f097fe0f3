"""The master workbook: what stands there (`sheets`), drawn, read and brought up to date."""
