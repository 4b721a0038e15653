"""The inbox: the cases that staff work through, sorted, filtered, counted and searched in memory."""
