package words_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/words"
)

func operation(t *testing.T, workload, name string) words.Operation {
	t.Helper()
	w, ok := words.Of(workload)
	require.True(t, ok)
	o, ok := w.Operation(name)
	require.True(t, ok)
	return o
}

// TestTells holds that what may stand beside a result is an output of the operation, and the result one that it has.
func TestTells(t *testing.T) {
	for _, w := range words.All() {
		for _, o := range w.Operations {
			require.Equal(t, o.Outputs, o.Tells(""))
			for result, names := range o.Beside {
				require.Contains(t, o.Results, result)
				require.Len(t, o.Tells(result), len(names), "%s: %s", w.Name, o.Name)
			}
			for _, out := range o.Outputs {
				has := func(other words.Word) bool { return other.Name == out.Beside }
				require.True(t, out.Beside == "" || slices.ContainsFunc(o.Outputs, has), "%s: %s", w.Name, o.Name)
			}
		}
	}
	require.Empty(t, operation(t, "lock", "acquire").Tells("refused"))
	require.Equal(t, []string{"wallet", "transfer-report"}, words.Having("initial"))
	_, _, alone := operation(t, "counter", "add").Alone(slices.Collect(maps.Keys(values{"before": 1, "value": 2})))
	require.False(t, alone)
	name, without, alone := operation(t, "counter", "add").Alone([]string{"before"})
	require.True(t, alone)
	require.Equal(t, []string{"before", "value"}, []string{name, without})
}
