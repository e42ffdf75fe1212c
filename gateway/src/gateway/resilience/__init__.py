"""What keeps one ailing service from taking the others along: plain rules without I/O; the time is given to each."""
