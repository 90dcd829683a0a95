package harness

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// pairs gives the clients and operations of sizes.
func pairs(sizes []size) (all [][2]int) {
	for _, s := range sizes {
		all = append(all, [2]int{s.Clients, s.Ops})
	}
	return all
}

func TestSizesThatAreTried(t *testing.T) {
	require.Equal(t, [][2]int{{2, 2}, {2, 8}, {4, 8}, {8, 8}, {2, 32}, {4, 32}, {8, 32}}, pairs(size{Clients: 8, Ops: 100}.coarse()))
	require.Equal(t, [][2]int{{2, 2}, {2, 8}, {3, 8}}, pairs(size{Clients: 3, Ops: 9}.coarse()))
	require.Empty(t, size{Clients: 8, Ops: 2}.coarse())
	require.Equal(t, [][2]int{{1, 1}, {1, 2}}, pairs(size{Clients: 2, Ops: 2}.alone()))
	require.Equal(t, [][2]int{{1, 1}}, pairs(size{Clients: 1, Ops: 2}.alone()))
	require.Empty(t, size{Clients: 1, Ops: 1}.alone())
	require.Empty(t, size{Clients: 1, Ops: 100}.coarse())
	require.Equal(t, [][2]int{{2, 3}, {3, 3}, {2, 4}, {3, 4}, {4, 4}, {2, 6}, {3, 6}, {4, 6}, {2, 8}, {3, 8}},
		pairs(size{Clients: 4, Ops: 8}.finer()))
	require.Empty(t, size{Clients: 2, Ops: 2}.finer())
}

func TestSizesThatAreSimpler(t *testing.T) {
	s := size{Clients: 2, Ops: 2}.of([]Class{{Kind: "b", Key: 7}, {Kind: "a", Key: 3}, {Kind: "a", Whole: true}})
	require.Equal(t, size{2, 2, []string{"a", "b"}, []uint64{3, 7}}, s)
	require.Equal(t, []size{
		{2, 2, []string{"b"}, []uint64{3, 7}}, {2, 2, []string{"a"}, []uint64{3, 7}},
		{2, 2, []string{"a", "b"}, []uint64{3}}, {2, 2, []string{"a", "b"}, []uint64{7}},
	}, s.simpler())
	require.Empty(t, size{Clients: 2, Ops: 2, Kinds: []string{"a"}, Keys: []uint64{1}}.simpler())
	require.True(t, s.allows(Class{Kind: "a", Whole: true}))
	require.False(t, s.allows(Class{Kind: "a", Key: 4}))
	require.False(t, s.allows(Class{Kind: "c", Key: 3}))
	require.True(t, (&size{}).allows(Class{Kind: "c", Key: 9}))
}
