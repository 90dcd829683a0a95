package targets_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/words"
	"github.com/lostupdate/stress/targets"
)

// TestKinds holds that every workload names its kinds of operation, those of a run among them.
func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range targets.Catalogue() {
		if e.Engine.Name != "memory" || !e.Correct() || seen[e.Workload] {
			continue
		}
		seen[e.Workload] = true
		for _, k := range run(t, e, "").Stats.Kinds {
			require.Contains(t, targets.Kinds(e.Workload), k.Kind, e.Workload)
		}
	}
	for _, name := range targets.Workloads() {
		require.NotEmpty(t, targets.Kinds(name), name)
		require.True(t, seen[name], "memory has no correct strategy for %s", name)
	}
	require.Empty(t, targets.Kinds("chess"))
}

// TestWordsAreKinds holds that a service is told of operations by the names that histories have: one of another name would never
// be asked for.
func TestWordsAreKinds(t *testing.T) {
	for _, w := range words.All() {
		require.Subset(t, targets.Kinds(w.Name), w.Kinds(func(string) bool { return true }), w.Name)
	}
}
