"""The operators, a room for each part of the contract that they break; a module registers its own as it is imported."""
