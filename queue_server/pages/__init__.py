"""The hall's web pages: what the server hands to browsers, as bytes. Nothing here knows a request."""
