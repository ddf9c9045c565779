"""The rules of issuing, without framework, clock or chance: everything comes in as an argument."""
