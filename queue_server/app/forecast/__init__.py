"""The process that makes forecasts beside the server, and who asks it."""
