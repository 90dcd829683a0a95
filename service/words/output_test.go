package words_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/words"
	"github.com/lostupdate/stress/workloads/cache"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/jobs"
	"github.com/lostupdate/stress/workloads/lock"
	"github.com/lostupdate/stress/workloads/outbox"
	"github.com/lostupdate/stress/workloads/register"
	"github.com/lostupdate/stress/workloads/unique"
	"github.com/lostupdate/stress/workloads/wallet"
)

type values = map[string]any

// TestOutputs holds what follows from an answer, and what does not.
func TestOutputs(t *testing.T) {
	thirty := values{"wallet": int64(0), "amount": int64(30)}
	for about, c := range map[string]struct {
		workload, operation, result string
		in, told                    values
		want                        any
	}{
		"what was there before a deposit": {"wallet", "deposit", "", thirty, values{"balance": int64(1030)},
			wallet.Output{Balance: 1030, Before: 1000, Seen: true}},
		"what was there before a deduct": {"wallet", "deduct", "", thirty, values{"balance": int64(970)},
			wallet.Output{Balance: 970, Before: 1000, Seen: true}},
		"a fee, told by before": {"wallet", "deduct", "", thirty, values{"balance": int64(969), "before": int64(1000)},
			wallet.Output{Balance: 969, Before: 1000, Seen: true}},
		"a wallet that is empty now": {"wallet", "deduct", "", thirty, values{"balance": int64(0)},
			wallet.Output{Before: 30, Seen: true}},
		"before alone proves nothing": {"wallet", "deduct", "", thirty, values{"before": int64(1000)}, wallet.Output{}},
		"nothing told":                {"wallet", "deduct", "", thirty, nil, wallet.Output{}},
		"a refusal that tells what it saw": {"wallet", "deduct", "refused", thirty, values{"balance": int64(5)},
			wallet.Output{Balance: 5, Before: 5, Seen: true, Refused: true}},
		"a refusal that tells nothing": {"wallet", "deduct", "refused", thirty, nil, wallet.Output{Refused: true}},
		"a read has seen what it tells": {"wallet", "read", "", values{"wallet": int64(0)}, values{"balance": int64(7)},
			wallet.Output{Balance: 7}},
		"what was there before an add of less than nothing": {"counter", "add", "", values{"delta": int64(-2)},
			values{"value": int64(3)}, counter.Output{Value: 3, Before: 5, Seen: true}},
		"a write that was made":        {"register", "compare-and-set", "", nil, nil, register.Output{Swapped: true}},
		"a write that says it was not": {"register", "compare-and-set", "", nil, values{"swapped": false}, register.Output{}},
		"a write that tells what it saw": {"register", "compare-and-set", "", nil, values{"value": int64(0)},
			register.Output{Swapped: true, Seen: true}},
		"a write that was refused": {"register", "compare-and-set", "refused", nil, nil, register.Output{}},
		"a write that was refused, and says why": {"register", "compare-and-set", "refused", nil, values{"value": int64(5)},
			register.Output{Value: 5, Seen: true}},
		"a result that somebody made": {"unique", "create", "", nil, values{"id": int64(9)},
			unique.Output{Found: true, ID: 9, Untold: true}},
		"a result that others made": {"unique", "create", "", nil, values{"id": int64(9), "created": false},
			unique.Output{Found: true, ID: 9}},
		"no result":                 {"unique", "get", "none", nil, nil, unique.Output{}},
		"a lock with no token":      {"lock", "acquire", "", nil, nil, lock.Output{Got: true}},
		"a lock that others hold":   {"lock", "acquire", "refused", nil, nil, lock.Output{}},
		"a use":                     {"lock", "use", "", nil, values{"seq": int64(1)}, lock.Output{Accepted: true, Seq: 1}},
		"a use too late":            {"lock", "use", "refused", nil, nil, lock.Output{}},
		"a release":                 {"lock", "release", "", nil, nil, lock.Output{Held: true}},
		"a release too late":        {"lock", "release", "refused", nil, nil, lock.Output{}},
		"no job":                    {"jobs", "claim", "none", nil, nil, jobs.Output{}},
		"the job with the number 0": {"jobs", "claim", "", nil, values{"job": int64(0)}, jobs.Output{Found: true}},
		"a job that is done":        {"jobs", "finish", "", nil, nil, jobs.Output{Done: true}},
		"a job of somebody else":    {"jobs", "finish", "refused", nil, nil, jobs.Output{}},
		"a worker that has died":    {"jobs", "crash", "", nil, nil, jobs.Output{}},
		"events": {"outbox", "published", "", nil, values{"versions": []int64{2, 1}, "ids": []int64{7, -1}},
			outbox.Output{Events: []outbox.Event{{Version: 2, ID: 7}, {Version: 1, ID: -1}}}},
		"events as messages have them": {"outbox", "published", "", nil,
			values{"versions": []any{int64(1)}, "ids": []any{int64(1<<62 + 1)}},
			outbox.Output{Events: []outbox.Event{{Version: 1, ID: 1<<62 + 1}}}},
		"no events": {"outbox", "published", "", nil, values{"versions": []int64{}, "ids": []any{}},
			outbox.Output{Events: []outbox.Event{}}},
		"nothing in a cache": {"cache", "cached", "none", nil, nil, cache.Output{Nothing: true}},
	} {
		t.Run(about, func(t *testing.T) {
			w, ok := words.Of(c.workload)
			require.True(t, ok)
			o, ok := w.Operation(c.operation)
			require.True(t, ok)
			made, err := o.Output(c.result, c.in, c.told)
			require.NoError(t, err)
			out, err := output(c.want, made)
			require.NoError(t, err)
			require.Equal(t, c.want, out)
			require.NotContains(t, c.told, "seen", "what is handed in is left as it is")
			made["x"] = 1
			again, err := o.Output(c.result, c.in, c.told)
			require.NoError(t, err)
			require.NotContains(t, again, "x", "nor is a result that others have as well")
		})
	}
}

// output makes an output of a type from its values.
func output(like any, made values) (any, error) {
	switch like.(type) {
	case wallet.Output:
		return bridge.JSON[struct{}, wallet.Output]().Output(made)
	case counter.Output:
		return bridge.JSON[struct{}, counter.Output]().Output(made)
	case register.Output:
		return bridge.JSON[struct{}, register.Output]().Output(made)
	case unique.Output:
		return bridge.JSON[struct{}, unique.Output]().Output(made)
	case lock.Output:
		return bridge.JSON[struct{}, lock.Output]().Output(made)
	case jobs.Output:
		return bridge.JSON[struct{}, jobs.Output]().Output(made)
	case outbox.Output:
		return bridge.JSON[struct{}, outbox.Output]().Output(made)
	default:
		return bridge.JSON[struct{}, cache.Output]().Output(made)
	}
}

// TestHalfAList holds that versions without their ids, or the other way round, are no events.
func TestHalfAList(t *testing.T) {
	o := operation(t, "outbox", "published")
	for _, told := range []values{
		{"versions": []int64{1, 2}, "ids": []int64{7}}, {"versions": []any{}, "ids": []any{int64(7)}}, {"versions": []int64{1}},
		{"ids": []int64{1}},
	} {
		out, err := o.Output("", values{"key": int64(0)}, told)
		require.Nil(t, out)
		require.ErrorContains(t, err, "must be one for one")
	}
}

// TestIdentities holds that a text is one identity for as long as a run goes on, and that a number is itself, however it is told.
func TestIdentities(t *testing.T) {
	w, _ := words.Of("unique")
	create, _ := w.Operation("create")
	all := words.NewIdentities()
	number := func(id any) any {
		told := values{"id": id, "created": true}
		all.Number(create, told)
		require.Equal(t, true, told["created"])
		return told["id"]
	}
	first := number("a-1")
	require.IsType(t, int64(0), first)
	require.NotEqual(t, first, number("a-2"))
	require.Equal(t, first, number("a-1"))
	require.NotEqual(t, first, number("A-1"))
	require.Equal(t, int64(7), number(int64(7)))
	require.Equal(t, int64(9223372036854775807), number("9223372036854775807"), "as JavaScript's drivers have large numbers")
	require.Equal(t, int64(-3), number("-3"))
	for _, text := range []string{"007", "+7", " 7", "7.0", "9223372036854775808", ""} {
		n := number(text)
		require.Greater(t, n, int64(1<<52-1), "%q is a text", text)
		require.Equal(t, n, number(text))
	}
	require.NotEqual(t, first, func() any {
		told := values{"id": "a-3"}
		all.Number(create, told)
		return told["id"]
	}())
	read, _ := w.Operation("count")
	told := values{"count": "3"}
	all.Number(read, told)
	require.Equal(t, values{"count": "3"}, told, "only what is an identity is one")
}

// TestUnknownNames holds that what there is not is not found.
func TestUnknownNames(t *testing.T) {
	for _, name := range []string{"work", "custom", "Wallet", ""} {
		_, ok := words.Of(name)
		require.False(t, ok, name)
	}
	w, _ := words.Of("transfer-report")
	_, ok := w.Operation("deduct")
	require.False(t, ok)
}
