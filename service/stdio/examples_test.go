package stdio_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/served"
	"github.com/lostupdate/stress/service/stdio"
	"github.com/lostupdate/stress/service/words"
	"github.com/lostupdate/stress/workloads"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/wallet"
)

// TestExamples runs the clients that docs/process.md shows, as they are and repaired.
func TestExamples(t *testing.T) {
	for program, start := range map[string]string{
		"node": "exec node wallet.js", "python3": "exec python3 wallet.py", "go": "go run wallet.go",
	} {
		for argument, want := range map[string]checkers.Status{"": checkers.Invalid, "mutex": checkers.Valid} {
			t.Run(program+" "+argument, func(t *testing.T) {
				testenv.Program(t, program)
				p, err := stdio.Start(t.Context(), stdio.Config{Command: start + " " + argument, Dir: "../../examples/process"})
				require.NoError(t, err)
				r := runWallet(t, p, harness.Ops(400))
				require.NoError(t, p.Stop(t.Context()), "it ends when its input does")
				require.Equal(t, want, r.Verdict.Status, "%+v", r.Verdict)
				require.Zero(t, r.Stats.Unknown)
				if want == checkers.Invalid {
					require.Equal(t, checkers.LostUpdate, r.Verdict.Anomalies[0].Name)
				}
			})
		}
	}
}

// runWallet makes a run of the wallets of processes.
func runWallet(t *testing.T, p *stdio.Processes, opts ...harness.Option) *harness.Result[wallet.Input, wallet.Output] {
	t.Helper()
	w, ok := words.Of(wallet.Name)
	require.True(t, ok)
	require.Empty(t, p.Missing(w))
	requests := served.Requests{}
	for _, name := range p.Operations(w) {
		requests[name] = stdio.Label(name)
	}
	own, err := wallet.New(wallet.Config{Keys: workloads.Keys{N: 2}})
	require.NoError(t, err)
	_, params := own.Info()
	offered, err := served.Workload[wallet.Input, wallet.Output](own, served.Extras{Requests: requests})
	require.NoError(t, err)
	r, err := harness.Run(t.Context(), stdio.New(p, w, params, bridge.JSON[wallet.Input, wallet.Output]()), offered, opts...)
	require.NoError(t, err)
	return r
}

// TestRunEnds has a process write a line for people in the middle of a run: the run ends with an error that shows it, and
// keeps what was recorded.
func TestRunEnds(t *testing.T) {
	for role, want := range map[string]string{"dies": "out of luck", "says": "log to stderr): debug"} {
		t.Run(role, func(t *testing.T) {
			p := started(t, acting(t, role, sayVariable+"=debug"))
			ctx, cancel := p.Context(t.Context())
			defer cancel()
			own, err := counter.New(counter.Config{Keys: workloads.Keys{N: 1}})
			require.NoError(t, err)
			_, params := own.Info()
			r, err := harness.Run(ctx, stdio.New(p, counters(t), params, bridge.JSON[counter.Input, counter.Output]()), own,
				harness.Ops(1_000_000), harness.Clients(4))
			require.ErrorContains(t, err, want)
			require.NoError(t, context.Cause(t.Context()))
			require.NotEmpty(t, r.Interrupted)
			require.NotEqual(t, checkers.Valid, r.Verdict.Status)
			require.Positive(t, r.Stats.Unknown)
			require.Less(t, len(r.History.Ops), 1_000_000)
		})
	}
}
