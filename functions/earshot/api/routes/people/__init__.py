"""The routes about colleagues: who they are, whose a case is, who looks at it, and their saved texts."""
