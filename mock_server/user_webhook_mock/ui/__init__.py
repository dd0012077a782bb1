"""The console: a page that shows what the control API has, and acts upon it."""
