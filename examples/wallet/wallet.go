// Package wallet is a user's own: a repository over *sql.DB that knows nothing of stress.
package wallet

import (
	"context"
	"database/sql"
	"errors"
)

// ErrInsufficient says that an account holds too little, and nothing was taken.
var ErrInsufficient = errors.New("insufficient funds")

// Accounts keeps balances in a table.
type Accounts struct{ DB *sql.DB }

// Create makes the table anew, with one account.
func (a Accounts) Create(ctx context.Context) error {
	_, err := a.DB.ExecContext(ctx, `DROP TABLE IF EXISTS account;
		CREATE TABLE account (name TEXT PRIMARY KEY, balance INTEGER NOT NULL);
		INSERT INTO account VALUES ('alice', 1000)`)
	return err
}

// Balance gives what an account holds.
func (a Accounts) Balance(ctx context.Context) (balance int64, err error) {
	err = a.DB.QueryRowContext(ctx, `SELECT balance FROM account WHERE name = 'alice'`).Scan(&balance)
	return balance, err
}

// Deduct takes money from an account. It reads, decides and writes: two requests at once both read the same balance.
func (a Accounts) Deduct(ctx context.Context, amount int64) error {
	balance, err := a.Balance(ctx)
	if err != nil {
		return err
	}
	if balance < amount {
		return ErrInsufficient
	}
	_, err = a.DB.ExecContext(ctx, `UPDATE account SET balance = ? WHERE name = 'alice'`, balance-amount)
	return err
}

// DeductAtOnce is Deduct, repaired: the database decides and writes in one statement.
func (a Accounts) DeductAtOnce(ctx context.Context, amount int64) error {
	done, err := a.DB.ExecContext(ctx,
		`UPDATE account SET balance = balance - ? WHERE name = 'alice' AND balance >= ?`, amount, amount)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return ErrInsufficient
}
