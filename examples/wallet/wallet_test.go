package wallet

import (
	"path/filepath"
	"testing"

	"github.com/lostupdate/stress/steps/sqlsteps"
	"github.com/lostupdate/stress/workloads/wallet"
	_ "modernc.org/sqlite"
)

// TestDeduct fails: Deduct loses updates. Continuous integration holds that it does.
func TestDeduct(t *testing.T) {
	a := open(t)
	wallet.Test(t, wallet.Funcs{
		Setup: a.Create, Read: a.Balance, Deduct: a.Deduct, Refused: []error{ErrInsufficient},
	})
}

// TestDeductAtOnce passes.
func TestDeductAtOnce(t *testing.T) {
	a := open(t)
	wallet.Test(t, wallet.Funcs{
		Setup: a.Create, Read: a.Balance, Deduct: a.DeductAtOnce, Refused: []error{ErrInsufficient},
	})
}

func open(t *testing.T) Accounts {
	db, err := sqlsteps.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "w.db")+
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return Accounts{db}
}
