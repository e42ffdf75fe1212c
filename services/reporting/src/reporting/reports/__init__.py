"""Annual reports: figures from evidence, declarations of the author, agreement, approval, addenda."""
