"""The law: dated rules, what they make of a post, a case, a budget. No file, no workbook, no clock."""
