"""Design system, page frame, tags and drawings of every page (指針8: services that residents find easy to use).

For every room that shows something: templates extend ``ui/resident.html``, ``ui/work.html``, ``ui/oversight.html`` or
``ui/operator.html`` and ``{% load ui %}``; forms extend ``forms.PlainForm``; drawings come from ``svg``.
Every part is shown with its code on the page ``/ui/``.
It never knows a room's data, loads nothing from another host, and shows no colour, icon or drawing without words.
"""
