"""What the tags of ``{% load ui %}`` do, one file a kind; the markup is in ``templates/ui/parts``.

Words always come first and in pairs: Japanese, English. A value that is bilingual already (``t(…)``) may stand alone.
"""
