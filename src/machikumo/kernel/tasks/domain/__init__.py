"""A task, a search result, and the order in which a person should see them."""

from machikumo.kernel.tasks.domain.entries import SearchResult, Task, Urgency, in_order, urgency_of

__all__ = ["SearchResult", "Task", "Urgency", "in_order", "urgency_of"]
