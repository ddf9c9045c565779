"""Side-by-side run (併行稼働の照合): the old system's answers for a sample of people, field by field beside ours.

Guideline: 指針6 (a town moves its data without loss).
The sample is drawn by seed and strata; the answers come as a list file or are typed from the old system's paper.
It never issues a certificate, never shows a value without a row in the ledger, and never settles a difference itself.
"""
