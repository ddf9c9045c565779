"""Approvals: four eyes (決裁・二人確認) as a part that every room can use.

Guideline: 指針9 (who asks is never who approves).
What was approved is exactly what was asked: the facts are sealed by a digest when they are asked for.
The wall stands twice: a pure rule with a message, and a CHECK in the database.
It never does the work itself: the room that registered the kind does, in the same transaction.
"""
