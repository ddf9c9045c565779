"""What a release says, how it is signed and checked, and when figures of several towns may stand side by side."""
