"""One module a version, named by its number; a released one is never changed."""
