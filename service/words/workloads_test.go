package words_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/service/bridge"
	"github.com/lostupdate/stress/service/words"
	"github.com/lostupdate/stress/workloads/cache"
	"github.com/lostupdate/stress/workloads/counter"
	"github.com/lostupdate/stress/workloads/doctors"
	"github.com/lostupdate/stress/workloads/jobs"
	"github.com/lostupdate/stress/workloads/lock"
	"github.com/lostupdate/stress/workloads/outbox"
	"github.com/lostupdate/stress/workloads/quota"
	"github.com/lostupdate/stress/workloads/register"
	"github.com/lostupdate/stress/workloads/session"
	"github.com/lostupdate/stress/workloads/unique"
	"github.com/lostupdate/stress/workloads/wallet"
)

// TestWorkloads holds the words of every workload against its Go types: a name that differs would have an operation that is
// never asked for, or an answer that is taken for another.
func TestWorkloads(t *testing.T) {
	report := []string{wallet.Transfer.String(), wallet.Read.String(), wallet.ReadAll.String()}
	all := map[string]func(t *testing.T, w words.Workload){
		cache.Name:        of(must(cache.New(cache.Config{})), cache.Kinds()),
		counter.Name:      of(must(counter.New(counter.Config{})), counter.Kinds()),
		doctors.Name:      of(must(doctors.New(doctors.Config{})), doctors.Kinds()),
		jobs.Name:         queue(must(jobs.New(jobs.Config{}))),
		outbox.Name:       of(must(outbox.New(outbox.Config{})), outbox.Kinds()),
		lock.Name:         of(must(lock.New(lock.Config{})), lock.Kinds()),
		quota.Name:        of(must(quota.New(quota.Config{})), quota.Kinds()),
		register.Name:     of(must(register.New(register.Config{})), register.Kinds()),
		session.Name:      of(must(session.New(session.Config{})), session.Kinds()),
		unique.Name:       of(must(unique.New(unique.Config{})), unique.Kinds()),
		wallet.Name:       of(must(wallet.New(wallet.Config{})), wallet.Kinds()),
		wallet.ReportName: of(must(wallet.NewReport(wallet.Config{})), report),
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(all)), words.Names())
	for _, w := range words.All() {
		t.Run(w.Name, func(t *testing.T) { all[w.Name](t, w) })
	}
}

func must[W any](w W, err error) W {
	if err != nil {
		panic(err)
	}
	return w
}

// of gives what holds the words of a workload against it and the kinds of operation that it makes.
func of[W harness.Workload[I, O], I, O any](own W, kinds []string) func(t *testing.T, w words.Workload) {
	return func(t *testing.T, w words.Workload) {
		t.Helper()
		name, params := own.Info()
		require.Equal(t, name, w.Name)
		require.ElementsMatch(t, kinds, w.Names(), "kinds of operation, and those that have words")
		require.Subset(t, kinds, w.OneOf)
		for _, constant := range w.Constants {
			require.Contains(t, params, constant)
		}
		for _, in := range own.Final() {
			require.Contains(t, w.Names(), own.Class(in).Kind, "a final read")
		}
		for _, o := range w.Operations {
			asked[I, O](t, own, w, o)
			for result := range o.Results {
				answered[O](t, o, result, nil)
			}
			for _, told := range tellings(o) {
				answered[O](t, o, "", told)
			}
		}
	}
}

// queue holds the words of a queue against the workload, of whose operations a client makes some by several requests, or by none.
func queue(own *jobs.Workload) func(t *testing.T, w words.Workload) {
	return func(t *testing.T, w words.Workload) {
		t.Helper()
		require.ElementsMatch(t, jobs.Kinds(), w.Kinds(func(string) bool { return true }))
		required := func(name string) bool { o, _ := w.Operation(name); return o.Required }
		require.ElementsMatch(t, jobs.Kinds(), w.Kinds(required), "workers can do all with what a queue must have")
		require.NotContains(t, w.Kinds(func(name string) bool { return name != "finish" }), "work")
		for _, c := range w.Composed {
			require.Equal(t, harness.Class{Kind: c.Name, Whole: c.Whole}, own.Class(decoded[jobs.Input](t, c.Name, nil)))
			require.Subset(t, w.Names(), c.Of)
		}
		for _, o := range w.Operations {
			if !o.Within {
				class := own.Class(decoded[jobs.Input](t, o.Name, nil))
				require.Equal(t, harness.Class{Kind: o.Name, Whole: o.Whole, ReadOnly: o.ReadOnly}, class)
			}
			for _, told := range tellings(o) {
				delete(told, "receipt") // of the connection to the queue, as is what is left
				delete(told, "left")
				answered[jobs.Output](t, o, "", told)
			}
			for result := range o.Results {
				answered[jobs.Output](t, o, result, nil)
			}
		}
	}
}

// asked holds what an operation is asked with: its inputs have their values, and the workload says of it what its words do.
func asked[I, O any](t *testing.T, own harness.Workload[I, O], w words.Workload, o words.Operation) {
	t.Helper()
	want := example(o.Inputs)
	in := decoded[I](t, o.Name, want)
	class := own.Class(in)
	require.Equal(t, harness.Class{Kind: o.Name, ReadOnly: class.ReadOnly, Key: class.Key, Whole: class.Whole}, class)
	if w.Name != lock.Name { // where to ask for nothing is no read
		require.Equal(t, o.ReadOnly, class.ReadOnly, "%s: read only", o.Name)
	}
	require.Equal(t, o.Whole, class.Whole, "%s: whole", o.Name)
	if !o.Whole {
		require.EqualValues(t, class.Key, want[w.Object], "%s: the object", o.Name)
	}
	set := map[string]any{}
	require.Equal(t, o.Name, bridge.JSON[I, O]().Inputs(in, set))
	for name, value := range set {
		if value != want[name] { // of another operation of the workload
			require.True(t, slices.ContainsFunc(w.Operations, func(o words.Operation) bool { return has(o.Inputs, name) }), name)
			require.Zero(t, value, name)
			require.NotContains(t, want, name)
		}
	}
	for name := range want {
		require.Contains(t, set, name, "%s does not ask with it", o.Name)
	}
}

// decoded makes an input of an operation.
func decoded[I any](t *testing.T, operation string, values map[string]any) (in I) {
	t.Helper()
	all := map[string]any{}
	maps.Copy(all, values)
	all["op"] = operation
	text, err := json.Marshal(all)
	require.NoError(t, err)
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&in), operation)
	return in
}

// answered holds that an answer is an output, which has each value that was told by its name.
func answered[O any](t *testing.T, o words.Operation, result string, told map[string]any) {
	t.Helper()
	values, err := o.Output(result, example(o.Inputs), told)
	require.NoError(t, err)
	out, err := bridge.JSON[struct{}, O]().Output(values)
	require.NoError(t, err, "%s %s: %v", o.Name, result, values)
	for i, f := range reflect.VisibleFields(reflect.TypeFor[O]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		value, there := values[name]
		if !there {
			require.True(t, reflect.ValueOf(out).Field(i).IsZero(), "%s tells %s, and nobody said so", o.Name, name)
			continue
		}
		want, err := json.Marshal(value)
		require.NoError(t, err)
		got, err := json.Marshal(reflect.ValueOf(out).Field(i).Interface())
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(got), "%s: %s", o.Name, name)
	}
}

// tellings are answers that say OK: with all that an operation may tell, with what it must, and with one more than that.
func tellings(o words.Operation) []map[string]any {
	all := example(o.Outputs)
	least := maps.Clone(all)
	for _, w := range o.Outputs {
		if !w.Required {
			delete(least, w.Name)
		}
	}
	tellings := []map[string]any{all, least}
	for name, value := range all {
		more := maps.Clone(least)
		more[name] = value
		tellings = append(tellings, more)
	}
	return tellings
}

func has(all []words.Word, name string) bool {
	return slices.ContainsFunc(all, func(w words.Word) bool { return w.Name == name })
}

// example gives each word a value of its type that no other has, and that is not the zero of Go.
func example(all []words.Word) map[string]any {
	values := map[string]any{}
	for i, w := range all {
		values[w.Name] = map[words.Type]any{
			words.Int: int64(3 + i), words.Bool: true, words.Ints: []any{int64(1), int64(5 + i)}, words.ID: int64(1<<53 + 1 + i),
			words.Token: "t",
		}[w.Type]
	}
	return values
}
