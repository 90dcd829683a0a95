package words_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/lostupdate/stress/service/words"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func operation(t *testing.T, workload, name string) words.Operation {
	t.Helper()
	w, ok := words.Of(workload)
	require.True(t, ok)
	o, ok := w.Operation(name)
	require.True(t, ok)
	return o
}

type values = map[string]any

// TestOutputs holds what follows from an answer: of one that says OK, and of a refusal, which may tell what it saw.
func TestOutputs(t *testing.T) {
	for _, c := range []struct {
		workload, operation, result string
		told, want                  values
	}{
		{"register", "compare-and-set", "", nil, values{"swapped": true}},
		{"register", "compare-and-set", "", values{"value": int64(5)}, values{"swapped": true, "value": int64(5), "seen": true}},
		{"register", "compare-and-set", "", values{"swapped": false}, values{"swapped": false}},
		{"register", "compare-and-set", "refused", nil, values{"swapped": false}},
		{
			"register", "compare-and-set", "refused", values{"value": int64(5)},
			values{"swapped": false, "value": int64(5), "seen": true},
		},
		{
			"wallet", "deduct", "", values{"balance": int64(5)},
			values{"balance": int64(5), "before": int64(8), "seen": true},
		},
		{"wallet", "deduct", "refused", nil, values{"refused": true}},
		{
			"wallet", "deduct", "refused", values{"balance": int64(2)},
			values{"balance": int64(2), "before": int64(2), "seen": true, "refused": true},
		},
		{"wallet", "transfer", "refused", nil, values{"refused": true}},
		{"unique", "get", "none", nil, values{}},
		{"unique", "get", "", values{"id": int64(1)}, values{"id": int64(1), "found": true}},
		{"lock", "acquire", "refused", nil, values{}},
		{"lock", "acquire", "", nil, values{"got": true}},
		{"lock", "use", "refused", nil, values{}},
		{"lock", "release", "", nil, values{"held": true}},
	} {
		in := values{"amount": int64(3), "old": int64(4)}
		require.Equal(t, c.want, operation(t, c.workload, c.operation).Output(c.result, in, c.told), "%s: %s %s %v", c.workload,
			c.operation, c.result, c.told)
	}
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
