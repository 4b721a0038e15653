"""The encoder: a small transformer that reads what a post means, where rules read what it says."""
