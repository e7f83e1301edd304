"""Files become messages: what they are is seen from their content, and every one goes through the door."""
