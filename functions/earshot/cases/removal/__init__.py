"""Taking a post, or an author, out of what is stored: because somebody asks for it, or it is gone at its source."""
