"""The suite: judges any implementation of the contract, requirement by requirement."""
