package rediscells

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/workloads/wallet"
)

// notes is a scheduler that lets everybody run, and notes the steps.
type notes struct {
	mu    sync.Mutex
	steps []string
}

func (n *notes) Stepper(int, uint64) harness.Stepper { return n }
func (n *notes) Start(context.Context)               {}
func (n *notes) Before(_ context.Context, step string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.steps = append(n.steps, step)
	return nil
}
func (n *notes) After(string) {}
func (n *notes) Finish()      {}
func (n *notes) Leave()       {}

// TestSteps holds every strategy to one step a round trip, under plain names: of a transfer, a read, and a read of all.
func TestSteps(t *testing.T) {
	want := map[string]string{
		"read-modify-write":           "read value, write value",
		"multi-of-client-value":       "read value, exec",
		"watch-nil-exec-swallowed":    "watch, read value, exec",
		"watch-after-get":             "read value, watch, exec",
		"watch-on-another-connection": "watch, read value, exec",
		"expiring-lock":               "lock, lock, read value, write value, unlock, unlock",
		"expiring-lock-token":         "lock, lock, read value, write value, unlock, unlock",
		"lua":                         "update",
		"optimistic":                  "watch, read value, exec",
		"fenced-lock":                 "lock, draw token, lock, draw token, read value, write value, unlock, unlock",
	}
	eachStrategy(t, func(t *testing.T, s cells.Strategy, dsn string) {
		if !s.Serves(cells.WalletWorkload) {
			t.Skip("serves no wallets")
		}
		w, err := wallet.New(wallet.Config{Script: [][]wallet.Input{{
			{Kind: wallet.Transfer, To: 1, Amount: 1}, {Kind: wallet.Read}, {Kind: wallet.ReadAll},
		}}})
		require.NoError(t, err)
		n := &notes{}
		// Seed 1 has the first holder of a lock not pause, so that nobody's lease ends.
		_, err = harness.Run(t.Context(), cells.Wallet(s.New(dsn, 1), w.Initial()), w,
			harness.Clients(1), harness.Ops(3), harness.WithScheduler(n))
		require.NoError(t, err)
		require.Equal(t, want[s.Name]+", read value, read all", strings.Join(n.steps, ", "))
	})
}
