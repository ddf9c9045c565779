"""Operations: the life of a tenant on the platform: joining, leaving with all its data, the training town, health.

Guidelines: 指針6 (a town can leave with its data) and 指針4 (途中参加: joining later).
It never copies a row from one organisation to another.
"""
