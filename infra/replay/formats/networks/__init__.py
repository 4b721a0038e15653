"""What each network, and each tool that saves its posts, calls the parts of a post."""
