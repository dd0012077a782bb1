"""Operators on defects that people in a hurry make: misread, copied, forgotten, compared a little wrong."""
