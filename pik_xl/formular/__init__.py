"""The form that goes out: its fields, how it is drawn, watched, filled and known again."""
