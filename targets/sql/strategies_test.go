package sql

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/cells"
)

// TestStrategiesAreNamedOnce also holds what the catalogue needs of every strategy.
func TestStrategiesAreNamedOnce(t *testing.T) {
	for _, d := range dialects() {
		seen := map[string]bool{}
		for _, s := range Strategies(d) {
			assert.False(t, seen[s.Name], "%s %s twice", d.Name(), s.Name)
			seen[s.Name] = true
			assert.NotEmpty(t, s.Summary, s.Name)
			for w := range s.Shows {
				assert.True(t, s.Serves(w), "%s shows something on %s", s.Name, w)
			}
		}
		assert.True(t, seen["read-modify-write"] && seen["atomic"], d.Name())
	}
}

// TestOneClientMatchesModel holds that without concurrency every strategy, broken or not, does what is asked.
func TestOneClientMatchesModel(t *testing.T) {
	eachStrategy(t, func(t *testing.T, _ Dialect, s cells.Strategy, dsn string) {
		model := []int64{5, 0, 40}
		st := setup(t, s, dsn, model...)
		client := open(t, st)
		for i, c := range changes() {
			name := fmt.Sprintf("%d %+v", i, c)
			requireEffect(t, model, client, c, name)
			all, err := client.ReadAll(context.Background())
			require.NoError(t, err, name)
			require.Equal(t, model, all, name)
		}
		v, err := client.Read(context.Background(), 2)
		require.NoError(t, err)
		require.Equal(t, model[2], v)
	})
}

// requireEffect applies the change to the model and by the client, and compares what both say.
func requireEffect(t *testing.T, model []int64, client cells.Session, c cells.Change, name string) {
	t.Helper()
	before := cells.Pair{model[c.Key]}
	if c.Kind == cells.Move {
		before[1] = model[c.To]
	}
	want := c.Saw(before)
	got, err := client.Apply(context.Background(), c)
	require.NoError(t, err, name)
	require.Equal(t, want.Applied, got.Applied, name)
	if additive := c.Kind == cells.Add || c.Kind == cells.Move; additive && want.Applied {
		require.True(t, got.Seen, name)
	}
	if got.Seen {
		require.Equal(t, want, got, name)
	}
	for i := range c.Cells() {
		model[c.Cell(i)] = want.After[i]
	}
}

// changes are of all kinds, with refusals, chosen by chance but always the same.
func changes() []cells.Change {
	fixed := []cells.Change{
		{Kind: cells.Add, Key: 0, Delta: 3}, {Kind: cells.Add, Key: 1, Delta: -7}, {Kind: cells.Add, Key: 1, Delta: 2},
		{Kind: cells.Add, Key: 0, Delta: -9, Floor: true}, {Kind: cells.Add, Key: 0, Delta: -8, Floor: true},
		{Kind: cells.Move, Key: 2, To: 0, Delta: 41, Floor: true}, {Kind: cells.Move, Key: 2, To: 0, Delta: 40, Floor: true},
		{Kind: cells.Move, Key: 0, To: 2, Delta: 41, Floor: true}, {Kind: cells.Move, Key: 0, To: 2, Delta: 10},
		{Kind: cells.Set, Key: 1, New: 6}, {Kind: cells.Set, Key: 1, New: 6},
		{Kind: cells.CompareAndSet, Key: 1, Old: 5, New: 9}, {Kind: cells.CompareAndSet, Key: 1, Old: 6, New: 9},
		{Kind: cells.CompareAndSet, Key: 1, Old: 9, New: 9},
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		key := r.IntN(3)
		fixed = append(fixed, cells.Change{
			Kind: cells.Kind(r.IntN(4)), Floor: r.IntN(2) == 0, Key: key, To: (key + 1 + r.IntN(2)) % 3,
			Delta: r.Int64N(20) + 1, Old: r.Int64N(4), New: r.Int64N(4),
		})
	}
	return fixed
}

// TestMissingRowIsNotApplied holds that a row that somebody else has removed is an error, and not a refusal.
func TestMissingRowIsNotApplied(t *testing.T) {
	eachStrategy(t, func(t *testing.T, _ Dialect, s cells.Strategy, dsn string) {
		st := setup(t, s, dsn, 1)
		client := open(t, st)
		_, err := client.Read(context.Background(), 7)
		requireNotApplied(t, err)
		_, err = client.Apply(context.Background(), cells.Change{Kind: cells.Add, Key: 7, Delta: 1})
		requireNotApplied(t, err)
		_, err = client.Apply(context.Background(), cells.Change{Kind: cells.Add, Key: 0, Delta: 1})
		require.NoError(t, err, "the connection is good again")
	})
}
