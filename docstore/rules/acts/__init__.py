"""What an act says of itself: its heading, basis, annexes and the acts it changes."""
