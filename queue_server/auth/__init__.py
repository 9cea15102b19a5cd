"""Who somebody is to the hall: passwords, sessions, tokens of devices and holders, and what each role may ask."""
