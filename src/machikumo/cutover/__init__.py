"""Cut-over (切替): from the old system to this one on one day, and back again if it must be.

Guideline: 指針6 (a town moves its data without loss).
A plan with its freeze of changes (異動凍結), a run sheet, go or no-go by named people, and undoing a whole load.
It never alters the ledger, never undoes what a clerk wrote after the load, and opens nothing by one person alone.
"""
