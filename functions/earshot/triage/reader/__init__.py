"""The reader: a language model that is asked for a second opinion on some posts, off unless a model is named."""
