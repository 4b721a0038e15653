"""What operators and developers run: the command line, the embedded cloud, replay, evaluation and benchmarks."""
