"""What Earshot does with a post, in service calls, time and money: measured on this machine by ``make bench``."""
