"""The customer's face: a letter, not an app. No sign-in; each address carries a code that nobody guesses."""
