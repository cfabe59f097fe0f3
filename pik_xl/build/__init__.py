"""What ships and is made by code: blank form, empty master, templates, pages. Not part of the wheel."""
