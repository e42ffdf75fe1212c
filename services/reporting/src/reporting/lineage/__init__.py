"""«Откуда эта цифра?»: the events behind an indicator of a report."""
