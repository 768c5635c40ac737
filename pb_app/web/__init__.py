"""What every audience's pages stand on: access, transactions, forms, errors, headers."""
