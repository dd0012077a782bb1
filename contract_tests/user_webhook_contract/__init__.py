"""The gate: judges any implementation of the contract, requirement by requirement."""
