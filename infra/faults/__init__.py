"""Every call of the functions to AWS, failed in each of seven ways; and the promises, checked afterwards."""
