"""The single write path: decide, commit, answer and publish. Ports that the store implements are here."""
