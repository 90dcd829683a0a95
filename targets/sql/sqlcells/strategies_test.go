package sqlcells

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/cells"
	"github.com/lostupdate/stress/targets/cells/cellstest"
	"github.com/lostupdate/stress/targets/sql/db"
	"github.com/lostupdate/stress/targets/sql/internal/dbtest"
)

// TestStrategiesAreNamedOnce also holds what the catalogue needs of every strategy.
func TestStrategiesAreNamedOnce(t *testing.T) {
	for _, d := range dbtest.Dialects() {
		seen := map[string]bool{}
		for _, s := range Strategies(d) {
			assert.False(t, seen[s.Name], "%s %s twice", d.Name(), s.Name)
			seen[s.Name] = true
			assert.NotEmpty(t, s.Summary, s.Name)
			for w := range s.Shows {
				assert.True(t, s.Serves(w), "%s shows something on %s", s.Name, w)
			}
		}
		for _, s := range Strategies(d) {
			assert.True(t, s.Correct() || !s.Refuses, "%s %s: Refuses is for correct ones", d.Name(), s.Name)
		}
		assert.True(t, seen["read-modify-write"] && seen["atomic"], d.Name())
	}
}

// TestSequential holds that without concurrency every strategy, broken or not, does what is asked.
func TestSequential(t *testing.T) {
	eachStrategy(t, func(t *testing.T, _ db.Dialect, s cells.Strategy, dsn string) { cellstest.Sequential(t, s, dsn, 100) })
}

// TestAdditionsAreSeen holds that each tells what it found and left, which the checks for lost updates live on.
func TestAdditionsAreSeen(t *testing.T) {
	eachStrategy(t, func(t *testing.T, _ db.Dialect, s cells.Strategy, dsn string) {
		client := open(t, setup(t, s, dsn, 5, 40))
		for _, c := range []cells.Change{
			addOne, {Kind: cells.Move, Key: 1, To: 0, Delta: 40, Floor: true}, {Kind: cells.Move, Key: 0, To: 1, Delta: 46},
		} {
			e, err := client.Apply(context.Background(), c)
			require.NoError(t, err)
			require.True(t, e.Applied && e.Seen, "%+v", c)
		}
		e, err := client.Apply(context.Background(), cells.Change{Kind: cells.Add, Key: 0, Delta: -1, Floor: true})
		require.NoError(t, err)
		require.False(t, e.Applied)
	})
}

// TestMissingRowIsNotApplied holds that a row that somebody else has removed is an error, and not a refusal.
func TestMissingRowIsNotApplied(t *testing.T) {
	eachStrategy(t, func(t *testing.T, _ db.Dialect, s cells.Strategy, dsn string) {
		st := setup(t, s, dsn, 1)
		client := open(t, st)
		_, err := client.Read(context.Background(), 7)
		dbtest.RequireNotApplied(t, err)
		_, err = client.Apply(context.Background(), cells.Change{Kind: cells.Add, Key: 7, Delta: 1})
		dbtest.RequireNotApplied(t, err)
		_, err = client.Apply(context.Background(), cells.Change{Kind: cells.Add, Key: 0, Delta: 1})
		require.NoError(t, err, "the connection is good again")
	})
}
