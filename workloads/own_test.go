package workloads_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/workloads"
)

// A user's own data type: seats that are taken and given back, of which there are three. The model says in a few lines what
// one client alone would see; take answers whether there was one.
func ExampleTestOwn() {
	t := printer{}
	seats := workloads.Own[int, string, bool]{
		Model: linear.Model[int, string, bool]{
			Init: func(uint64) int { return 3 },
			Step: func(free int, in string, ok bool) (left int, right bool) {
				switch {
				case in == "give":
					return free + 1, true
				case ok:
					return free - 1, free > 0
				default: // it was refused
					return free, free == 0
				}
			},
		},
		Next: func(r *rand.Rand, _ int) string { return []string{"take", "take", "give"}[r.IntN(3)] },
		Kind: func(in string) string { return in },
	}
	workloads.TestOwn(t, harness.Fresh(newHall), seats, harness.Cases("off"))
	// Output: non-linearizable by 2 clients
}

// hall is the user's: it looks whether a seat is free, and then takes it.
type hall struct {
	mu   sync.Mutex
	free int
}

func newHall(context.Context) (func(context.Context, string) (bool, error), error) {
	h := &hall{free: 3}
	return h.do, nil
}

func (h *hall) do(ctx context.Context, in string) (bool, error) {
	if in == "give" {
		return true, h.change(ctx, "give back", 1)
	}
	free, err := harness.Step(ctx, "look", func(context.Context) (int, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		return h.free, nil
	})
	if err != nil || free <= 0 {
		return false, harness.NotApplied(err)
	}
	return true, h.change(ctx, "take", -1)
}

func (h *hall) change(ctx context.Context, step string, by int) error {
	_, err := harness.Step(ctx, step, func(context.Context) (any, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.free += by
		return nil, nil
	})
	return harness.NotApplied(err)
}

// printer stands for the *testing.T of a test. It prints the anomaly, and of how many clients.
type printer struct{ text *string }

var told = regexp.MustCompile(`(?s)INVALID\n([a-z-]+): .*\n(\d+ clients)`)

func (printer) Helper()                  {}
func (printer) Name() string             { return "Example" }
func (printer) Context() context.Context { return context.Background() }
func (printer) Logf(string, ...any)      {}

func (p printer) Errorf(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if p.text != nil {
		*p.text = text
		return
	}
	if m := told.FindStringSubmatch(text); m != nil {
		text = m[1] + " by " + m[2]
	}
	fmt.Println(text)
}

func (p printer) Fatalf(format string, args ...any) { p.Errorf(format, args...) }

func TestOwnNeedsAModel(t *testing.T) {
	var text string
	workloads.TestOwn(printer{&text}, harness.Fresh(newHall), workloads.Own[int, string, bool]{})
	require.Equal(t, "workloads.Own must have Next, and Model.Step or Steps", text)
}
