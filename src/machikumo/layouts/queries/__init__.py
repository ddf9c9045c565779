"""What other rooms may read here: definitions (``catalogue``, needs no Django) and move-ins."""
