"""Every form of a report: terminal, HTML, SARIF, summary, badge and files."""
