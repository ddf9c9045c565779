"""The tag library ``ui``."""
