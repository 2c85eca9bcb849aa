"""The page `Web push coverage`: what is there of each day and account, and what to do about the rest."""
