"""Servers that keep the contract and differ in everything that the documents leave open."""
