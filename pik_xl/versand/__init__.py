"""What leaves the house: PDF files, the file for the printer, drafts of e-mails."""
