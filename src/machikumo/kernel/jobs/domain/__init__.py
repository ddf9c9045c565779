"""Rules of long and periodic work, without a framework."""
