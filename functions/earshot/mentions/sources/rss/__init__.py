"""RSS and Atom: blogs and their comments, forums, alerts of search engines, reviews in app stores."""
