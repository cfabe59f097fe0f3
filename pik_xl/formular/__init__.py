"""The form that goes out: its fields, how it is drawn, watches itself, is filled and known again."""
