"""Where a hall is kept: tables and the event log, migrations, accounts and tokens, the lock on a data folder, the chain's check."""
