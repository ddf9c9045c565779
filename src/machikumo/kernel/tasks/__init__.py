"""Tasks: one list of what waits for whom, and one search box, for everybody who works here.

Guideline: 指針8 (staff find at once what to do next).
Every room registers a source of tasks and a source of search results; here they are asked, merged and shown.
It never shows what the role may not do: sources get the scope, and each entry may name a permission.
"""
