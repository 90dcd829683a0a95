package targets_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/report"
	"github.com/lostupdate/stress/targets"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestCatalogue runs every entry: the broken ones must show their anomaly, the correct ones nothing.
func TestCatalogue(t *testing.T) {
	for _, e := range targets.Engines() {
		t.Run(e.Name, func(t *testing.T) {
			dsn := ""
			if !e.Embedded {
				dsn = testenv.DSNs(t, e.Variables()...)
			}
			runAll(t, e.Name, dsn)
		})
	}
}

// TestRealRedis runs on a real server what otherwise runs on the embedded one.
func TestRealRedis(t *testing.T) { runAll(t, "redis", testenv.DSN(t, "redis")) }

func runAll(t *testing.T, engine, dsn string) {
	t.Helper()
	for _, e := range targets.Catalogue() {
		if e.Engine.Name != engine {
			continue
		}
		t.Run(e.Workload+"/"+e.Strategy, func(t *testing.T) {
			holds(t, e, run(t, e, dsn))
		})
	}
}

// tries is how many runs a broken strategy has to show its anomaly. That each run shows it is what the matrix measures; here it
// may be under the race detector, which spreads clients out in a way of its own.
const tries = 3

func run(t *testing.T, e targets.Entry, dsn string) (r *report.Report) {
	t.Helper()
	for seed := range uint64(tries) {
		var err error
		r, err = e.Run(t.Context(), targets.Options{
			DSN: dsn, Seed: 1 + seed, Harness: []harness.Option{harness.Ops(e.Ops()), harness.CheckTimeout(5 * time.Minute)},
		})
		require.NoError(t, err)
		if e.Correct() || slices.Contains(r.Anomalies(), e.Anomaly) {
			break
		}
		t.Logf("seed %d did not show %s", 1+seed, e.Anomaly)
	}
	return r
}

func holds(t *testing.T, e targets.Entry, r *report.Report) {
	t.Helper()
	if e.Correct() {
		assert.Equal(t, checkers.Valid, r.Verdict.Status, r.Verdict.Text())
		return
	}
	assert.Equal(t, checkers.Invalid, r.Verdict.Status, r.Verdict.Text())
	assert.Contains(t, r.Anomalies(), e.Anomaly, r.Verdict.Text())
	for _, a := range r.Verdict.Anomalies {
		// The last of many only counts the others.
		assert.True(t, len(a.Ops) > 0 || strings.HasSuffix(a.Message, "in the same way."), a.Message)
		assert.Equal(t, e.Repair, a.Repair)
	}
	assert.NotEmpty(t, r.Evidence)
}

// TestCatalogueIsWhole holds what the docs and the command rely on.
func TestCatalogueIsWhole(t *testing.T) {
	var known []string
	for _, m := range checkers.Meanings() {
		known = append(known, m.Name)
	}
	seen, broken, served := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, e := range targets.Catalogue() {
		name := e.Engine.Name + "/" + e.Workload + "/" + e.Strategy
		assert.False(t, seen[name], "%s is in the catalogue twice", name)
		seen[name] = true
		served[e.Engine.Name+"/"+e.Workload] = true
		assert.NotEmpty(t, e.Summary, name)
		assert.LessOrEqual(t, e.Ops(), 2000, "%s needs more operations than the promise allows", name)
		if !e.Correct() {
			broken[e.Engine.Name+"/"+e.Workload] = true
			assert.Contains(t, known, e.Anomaly, name)
			assert.NotEmpty(t, e.Repair, "%s has no twin that repairs it", name)
		}
	}
	for _, w := range targets.Workloads() {
		assert.NotEmpty(t, targets.About(w), w)
	}
	for both := range served {
		assert.True(t, broken[both], "%s has no broken strategy", both)
	}
}

// TestTwoDeducts is the scenario that the project began with, on every engine: found in the first try, with its words.
func TestTwoDeducts(t *testing.T) {
	for _, e := range targets.Catalogue() {
		if e.Workload != "wallet" || e.Strategy != "read-modify-write" {
			continue
		}
		t.Run(e.Engine.Name, func(t *testing.T) {
			dsn := ""
			if !e.Engine.Embedded {
				dsn = testenv.DSNs(t, e.Engine.Variables()...)
			}
			for seed := range uint64(20) {
				r, err := e.Run(t.Context(), targets.Options{
					DSN: dsn, Seed: seed, Params: targets.Params{TwoDeducts: true},
					Harness: []harness.Option{
						harness.Clients(2), harness.Ops(2), harness.WithScheduler(harness.Lockstep(time.Second)),
					},
				})
				require.NoError(t, err)
				require.Equal(t, checkers.Invalid, r.Verdict.Status, "seed %d: %s", seed, r.Verdict.Text())
				assert.Regexp(t, `^wallet 0: client \d \(op #\d, deduct \d00\) and `+
					`client \d \(op #\d, deduct \d00\) both read 1000; `+
					`client \d's write of \d00 overwrote client \d's \d00; expected 200, found \d00; \d00 lost\.$`,
					r.Verdict.Anomalies[0].Message)
				assert.Len(t, r.Verdict.Anomalies[0].Ops, 2)
			}
		})
	}
}

// TestCheckAgain holds that a recorded history gives the verdict of its run.
func TestCheckAgain(t *testing.T) {
	for _, e := range targets.Catalogue() {
		if e.Engine.Name != "memory" {
			continue
		}
		t.Run(e.Workload+"/"+e.Strategy, func(t *testing.T) {
			path := t.TempDir() + "/history.jsonl"
			live, err := e.Run(t.Context(), targets.Options{Seed: 1, Harness: []harness.Option{harness.HistoryFile(path)}})
			require.NoError(t, err)
			again, err := targets.Check(context.Background(), path, "")
			require.NoError(t, err)
			assert.Equal(t, live.Verdict, again.Verdict)
			assert.Equal(t, live.Evidence, again.Evidence)
			assert.Equal(t, live.Stats.OK, again.Stats.OK)
			assert.Empty(t, again.Missing)
		})
	}
}

// TestEmbeddedLeaveNoFiles holds that embedded engines clean up after themselves.
func TestEmbeddedLeaveNoFiles(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	ran := map[string]bool{}
	for _, e := range targets.Catalogue() {
		if kind := e.Engine.Name + "/" + e.Workload; e.Engine.Embedded && !ran[kind] {
			ran[kind] = true
			_, err := e.Run(t.Context(), targets.Options{Seed: 1, Harness: []harness.Option{harness.Ops(50)}})
			require.NoError(t, err, kind)
			left, err := os.ReadDir(dir)
			require.NoError(t, err)
			assert.Empty(t, left, kind)
		}
	}
	require.Contains(t, ran, "file/unique")
}
