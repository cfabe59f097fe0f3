"""The law: the dated rulebook, a rule behind every amount and end, cases, the budget. No file and no clock."""
