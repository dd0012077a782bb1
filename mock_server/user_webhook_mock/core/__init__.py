"""What every room may use: errors, files, hosts, numbers, the clock and durations."""
