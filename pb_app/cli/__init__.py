"""`pb`: what an officer of the machine does from a terminal."""
