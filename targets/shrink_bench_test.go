package targets_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/internal/testenv"
	"github.com/lostupdate/stress/targets"
)

// BenchmarkShrink makes a test of broken strategies fail, and tells the medians: how large the run was that failed first,
// and how large the smallest one, in how many runs and seconds it was found, and how often it fails.
func BenchmarkShrink(b *testing.B) {
	for _, name := range [][3]string{
		{"memory", "counter", "read-modify-write"},
		{"memory", "wallet", "read-lock-then-write-lock"},
		{"memory", "wallet", "sharded-total"},
		{"sqlite", "wallet", "read-modify-write"},
		{"sqlite", "register", "optimistic-unchecked"},
		{"postgres", "wallet", "tx-read-committed"},
		{"postgres", "counter", "subselect-update"},
		{"postgres", "wallet", "for-update-no-tx"},
		{"postgres", "counter", "advisory-unlock-early"},
		{"mariadb", "wallet", "tx-repeatable-read"},
		{"redis", "wallet", "read-modify-write"},
		{"redis", "counter", "watch-after-get"},
	} {
		b.Run(name[0]+"/"+name[1]+"/"+name[2], func(b *testing.B) { shrinks(b, entry(b, name)) })
	}
}

func entry(b *testing.B, name [3]string) targets.Entry {
	b.Helper()
	all := targets.Catalogue()
	i := slices.IndexFunc(all, func(e targets.Entry) bool {
		return [3]string{e.Engine.Name, e.Workload, e.Strategy} == name
	})
	require.GreaterOrEqual(b, i, 0, "%v", name)
	return all[i]
}

func shrinks(b *testing.B, e targets.Entry) {
	dsn := ""
	if !e.Engine.Embedded || e.Engine.Name == "redis" {
		dsn = testenv.DSN(b, e.Engine.Name)
	}
	var all [6][]float64
	for b.Loop() {
		fake := &judged{name: b.Name(), ctx: b.Context()}
		e.Test(fake, targets.Options{DSN: dsn, Seed: rand.Uint64(), Harness: []harness.Option{harness.Cases("off")}})
		for i, x := range sizes(b, fake.text) {
			all[i] = append(all[i], x)
		}
	}
	for i, unit := range []string{"clients-before", "ops-before", "clients", "ops", "runs", "s"} {
		slices.Sort(all[i])
		b.ReportMetric(all[i][len(all[i])/2], unit)
	}
}

var (
	small = regexp.MustCompile(`(?m)^(\d+) clients, (\d+) operations`)
	large = regexp.MustCompile(`first seen with (\d+) clients and (\d+) operations; (\d+) runs in (\S+)`)
)

// sizes reads what a failed test tells: clients and operations before and after, runs and seconds.
func sizes(b *testing.B, text string) []float64 {
	b.Helper()
	now, before := small.FindStringSubmatch(text), large.FindStringSubmatch(text)
	require.NotNil(b, before, "no smaller run was found: %s", text)
	took, err := time.ParseDuration(before[4])
	require.NoError(b, err)
	var all []float64
	for _, text := range []string{before[1], before[2], now[1], now[2], before[3]} {
		n, err := strconv.Atoi(text)
		require.NoError(b, err)
		all = append(all, float64(n))
	}
	return append(all, took.Seconds())
}

// judged is a harness.TB that keeps why it failed.
type judged struct {
	name, text string
	ctx        context.Context
}

func (*judged) Helper()                             {}
func (t *judged) Name() string                      { return t.name }
func (t *judged) Context() context.Context          { return t.ctx }
func (*judged) Logf(string, ...any)                 {}
func (t *judged) Errorf(format string, args ...any) { t.text = fmt.Sprintf(format, args...) }
func (t *judged) Fatalf(format string, args ...any) { t.text = fmt.Sprintf(format, args...) }
