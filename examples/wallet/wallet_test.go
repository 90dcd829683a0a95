package wallet

import (
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/lostupdate/stress/steps/sqlsteps"
	"github.com/lostupdate/stress/workloads/wallet"
)

func TestDeduct(t *testing.T) {
	file := filepath.Join(t.TempDir(), "wallet.db") + "?_pragma=busy_timeout(10000)"
	db, err := sqlsteps.Open("sqlite", file) // in the place of sql.Open
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	a := Accounts{db}
	wallet.Test(t, wallet.Funcs{
		Setup: a.Create, Read: a.Balance, Deduct: a.Deduct, Refused: []error{ErrInsufficient},
	})
}

// TestDeductAtOnce is the same with the repaired function. It passes; TestDeduct above fails, as it should.
func TestDeductAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "wallet.db") + "?_pragma=busy_timeout(10000)"
	db, err := sqlsteps.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	a := Accounts{db}
	wallet.Test(t, wallet.Funcs{
		Setup: a.Create, Read: a.Balance, Deduct: a.DeductAtOnce, Refused: []error{ErrInsufficient},
	})
}
