"""What a deployment of another template would replace, lose or be refused for."""
