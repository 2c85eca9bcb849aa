"""What is judged of a day: which days and campaigns cost a call, and whether a day is all there."""
