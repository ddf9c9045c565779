"""Taking in the exit package of a town: everything is looked at first, and then all of it comes in or nothing.

The rows, the numbers and the former ledger come in within one transaction, so that a program that dies leaves the town
empty. The bytes of files come before it, each closed with the new key and whole; a second try goes on from there.
"""
