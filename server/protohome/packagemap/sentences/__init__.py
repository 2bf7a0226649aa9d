"""Rule sentences: which clauses of a sentence are statements, and why the others are not.

Generous in form, strict in meaning: a clause is read when one of the forms (``forms``) fits all of
it; hedged, historical, conditional and asked sentences are prose.
"""
