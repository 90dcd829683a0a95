package cells

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNext(t *testing.T) {
	for _, c := range []struct {
		name   string
		change Change
		before Pair
		after  Pair
		ok     bool
	}{
		{"add", Change{Kind: Add, Delta: 3}, Pair{4}, Pair{7}, true},
		{"add below zero", Change{Kind: Add, Delta: -5}, Pair{4}, Pair{-1}, true},
		{"take down to the floor", Change{Kind: Add, Delta: -4, Floor: true}, Pair{4}, Pair{0}, true},
		{"take below the floor", Change{Kind: Add, Delta: -5, Floor: true}, Pair{4}, Pair{-1}, false},
		{"a deposit has no floor", Change{Kind: Add, Delta: 1, Floor: true}, Pair{-9}, Pair{-8}, true},
		{"move", Change{Kind: Move, To: 1, Delta: 3}, Pair{4, 10}, Pair{1, 13}, true},
		{"move all", Change{Kind: Move, To: 1, Delta: 4, Floor: true}, Pair{4, 10}, Pair{0, 14}, true},
		{"move too much", Change{Kind: Move, To: 1, Delta: 5, Floor: true}, Pair{4, 10}, Pair{-1, 15}, false},
		{"move without a floor", Change{Kind: Move, To: 1, Delta: 5}, Pair{4, 10}, Pair{-1, 15}, true},
		{"set", Change{Kind: Set, New: 9}, Pair{4}, Pair{9}, true},
		{"compare and set", Change{Kind: CompareAndSet, Old: 4, New: 9}, Pair{4}, Pair{9}, true},
		{"compare and refuse", Change{Kind: CompareAndSet, Old: 5, New: 9}, Pair{4}, Pair{9}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			after, ok := c.change.Next(c.before)
			require.Equal(t, c.after, after)
			require.Equal(t, c.ok, ok)

			e := c.change.Saw(c.before)
			require.True(t, e.Seen)
			require.Equal(t, c.ok, e.Applied)
			require.Equal(t, c.before, e.Before)
			if c.ok {
				require.Equal(t, c.after, e.After)
			} else {
				require.Equal(t, c.before, e.After, "what is refused changes nothing")
			}
		})
	}
}

func TestCellsOfAChange(t *testing.T) {
	move := Change{Kind: Move, Key: 3, To: 5}
	require.Equal(t, 2, move.Cells())
	require.Equal(t, []int{3, 5}, []int{move.Cell(0), move.Cell(1)})
	for _, kind := range []Kind{Add, Set, CompareAndSet} {
		c := Change{Kind: kind, Key: 3, To: 5}
		require.Equal(t, 1, c.Cells())
		require.Equal(t, 3, c.Cell(0))
	}
}

// Whatever moves: no money is made or lost, and with a floor none is missing.
func TestMovesKeepTheTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.Int64Range(0, 1_000_000)
		before := Pair{amounts.Draw(t, "from"), amounts.Draw(t, "to")}
		c := Change{Kind: Move, To: 1, Delta: 1 + amounts.Draw(t, "delta"), Floor: rapid.Bool().Draw(t, "floor")}
		e := c.Saw(before)
		require.Equal(t, before[0]+before[1], e.After[0]+e.After[1])
		require.False(t, c.Floor && e.After[0] < 0)
		require.Equal(t, !c.Floor || before[0] >= c.Delta, e.Applied)
	})
}

func TestStrategy(t *testing.T) {
	broken := Strategy{Shows: Everywhere("lost-update")}
	require.False(t, broken.Correct())
	for _, w := range []string{CounterWorkload, RegisterWorkload, WalletWorkload} {
		require.Equal(t, "lost-update", broken.Shows[w])
		require.True(t, broken.Serves(w), "none named means all")
	}
	correct := Strategy{Workloads: []string{CounterWorkload}}
	require.True(t, correct.Correct())
	require.True(t, correct.Serves(CounterWorkload))
	require.False(t, correct.Serves(WalletWorkload))
}
