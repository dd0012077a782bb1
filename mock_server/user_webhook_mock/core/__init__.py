"""What every room may use: errors, files, hosts, clock and durations."""
