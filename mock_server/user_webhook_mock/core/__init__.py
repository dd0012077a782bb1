"""What every room may use: errors, files, hosts, the clock, durations, output and signals."""
