"""An invented council, made through the same services as a real one."""
