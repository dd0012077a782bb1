"""The suite judged by servers whose verdict is known."""
