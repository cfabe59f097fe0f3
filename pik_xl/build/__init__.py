"""Makes what ships: blank form, empty master, sample templates, pages of `docs`. Not part of the wheel."""
