package contest

import (
	"fmt"

	"github.com/anishathalye/porcupine"

	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/internal/loads"
	"github.com/lostupdate/stress/internal/peer"
)

const million = 1_000_000

// keys is how many objects the partitioned histories have: hardly anything on one of them runs side by side.
const keys = 1000

// Works lists what a target is set for, but for the single files of the test data.
func Works() []Work {
	works := []Work{
		{Name: "etcd", Text: "the etcd logs, sum", Files: true, Load: etcdLogs},
		{Name: "kv-c50-ok", Text: "kv c50-ok", Files: true, Load: oneFile("kv/c50-ok.txt")},
		{Name: "store", Text: "1,000 registers, 50 clients, 1,000,000 reads and writes", Load: stores(loads.Register())},
		{
			Name: "store-cas", Text: "1,000 registers, 50 clients, 1,000,000 reads, writes and compare-and-sets",
			Load: stores(loads.CompareAndSet()),
		},
		{Name: "set", Text: "set of 1,000 elements, 50 clients, 1,000,000 operations", Load: sets},
	}
	works = append(works, hots()...)
	return append(works,
		Work{
			Name: "register", Text: "register, 10 clients, 10,000 operations",
			Load: made(unique(), loads.Register(), 10, 10_000),
		},
		Work{
			Name: "crashed", Text: "illegal history with 14 crashed writes", Endless: true,
			Load: crashed(14),
		},
	)
}

// hotClients is of how many clients Porcupine's share of a hot object is told.
const hotClients = 100

// hots are the works of one object on which all clients are at work.
func hots() []Work {
	var works []Work
	for _, clients := range [...]int{hotClients, 1000} {
		works = append(works,
			hot("register", clients, unique(), loads.Register()),
			hot("cas", clients, unique(), loads.CompareAndSet()),
			hot("counter", clients, counter(), loads.Counter()),
			hot("queue", clients, queue(), loads.Queue()),
		)
	}
	return works
}

// words names the hot objects for people.
func words(object string) string {
	if object == "cas" {
		return "register with compare-and-set"
	}
	return object
}

// hot gives Porcupine a hundred operations of fifty such clients, which is too much for it as well.
func hot[S comparable, I, O any](object string, clients int, m linear.Model[S, I, O], o loads.Object[S, I, O]) Work {
	w := Work{
		Name: fmt.Sprintf("hot-%s-%d", object, clients), Endless: true,
		Text: fmt.Sprintf("one hot %s, %s clients, 1,000,000 operations", words(object), Thousands(clients)),
	}
	w.Load = func(t Terms) (Bout, error) {
		g := game[S, I, O]{model: m, history: o.Load(1, clients, t.count(million), 0)}
		g.small = o.Load(1, 50, 100, 0)
		b := g.bout(t)
		b.Small, b.Search = "100 operations of 50 clients", nil // a search would not end either
		if clients > hotClients {
			b.Other = nil // it would be the same small history again
		}
		return b, nil
	}
	return w
}

// Thousands writes a number with a comma before every third digit.
func Thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", Thousands(n/1000), n%1000)
}

// made is a history on a single object.
func made[S comparable, I, O any](
	m linear.Model[S, I, O], o loads.Object[S, I, O], clients, count int,
) func(Terms) (Bout, error) {
	return func(t Terms) (Bout, error) {
		return game[S, I, O]{model: m, history: o.Load(1, clients, t.count(count), 0)}.bout(t), nil
	}
}

func stores(one loads.Object[int, loads.Put, loads.Got]) func(Terms) (Bout, error) {
	return func(t Terms) (Bout, error) {
		return game[int, loads.Keyed, loads.Got]{
			model:   store(),
			split:   peer.By(keys, func(in loads.Keyed) int { return int(in.Key) }),
			history: loads.Store(keys, one).Load(1, 50, t.count(million), 0),
		}.bout(t), nil
	}
}

func sets(t Terms) (Bout, error) {
	return game[bool, loads.Change, bool]{
		model:   set(),
		split:   peer.By(keys, func(c loads.Change) int { return int(c.Element) }),
		history: loads.Set(keys).Load(1, 50, t.count(million), 0),
	}.bout(t), nil
}

func crashed(writes int) func(Terms) (Bout, error) {
	return func(t Terms) (Bout, error) {
		g := game[int, loads.Put, loads.Got]{model: Register(), history: loads.Crashed(writes), illegal: true}
		return g.bout(t), nil
	}
}

// byKey splits the operations on texts, whose keys are single letters.
func byKey() func([]porcupine.Operation) [][]porcupine.Operation {
	return peer.By(256, func(in loads.Text) int { return int(in.Key[0]) })
}
