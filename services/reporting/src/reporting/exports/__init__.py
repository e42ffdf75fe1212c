"""The report on paper: the form that an official recognises, as DOCX and PDF."""
