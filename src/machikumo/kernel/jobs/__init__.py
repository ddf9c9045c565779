"""Jobs: long work in the background from the database, with progress, pause and resume after a kill.

Guideline: 指針6 (a move of a whole town is long work), and all others.
A job runs at least once, so every effect of a job carries its own key; the queue itself holds no tenant's facts.
"""

from machikumo.kernel.jobs.registry import JobPaused, Run, job

__all__ = ["JobPaused", "Run", "job"]
