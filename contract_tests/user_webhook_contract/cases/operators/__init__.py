"""What a request can carry: each module walks every position of one subject, and names each value that it meets."""
