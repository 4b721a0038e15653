"""What operators and developers run beside the deployed system: the command line and the embedded cloud."""
