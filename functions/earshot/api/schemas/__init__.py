"""What goes over the wire: the request and response models of the API."""
