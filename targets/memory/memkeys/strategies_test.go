package memkeys

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/targets/keys"
	"github.com/lostupdate/stress/targets/keys/keystest"
)

func TestSequential(t *testing.T) {
	for _, s := range Strategies() {
		t.Run(s.Name, func(t *testing.T) { keystest.Sequential(t, s, "") })
	}
}

// TestOneResultWithoutTheHarness has clients create one key at once, with nothing to hold them: of the correct strategies,
// exactly one says that it created.
func TestOneResultWithoutTheHarness(t *testing.T) {
	for _, s := range Strategies() {
		if !s.Correct() {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			const clients, rounds = 8, 200
			store := s.New("", 1)
			keystest.Setup(t, store, rounds)
			got := make(chan keys.Result, clients*rounds)
			done := make(chan error, clients)
			for id := range clients {
				session := keystest.Open(t, store, id)
				go func() {
					for key := range rounds {
						r, err := session.Create(t.Context(), key)
						if err != nil {
							done <- err
							return
						}
						got <- r
					}
					done <- nil
				}()
			}
			for range clients {
				require.NoError(t, <-done)
			}
			close(got)
			created, given := 0, map[int64]int{}
			for r := range got {
				given[r.ID]++
				if r.Created {
					created++
				}
			}
			require.Equal(t, rounds, created)
			require.Len(t, given, rounds)
			for id, n := range given {
				require.Equal(t, clients, n, "id %d", id)
			}
		})
	}
}

func TestOpenBeforeSetup(t *testing.T) {
	store := Strategies()[0].New("", 1)
	_, err := store.Open(t.Context(), 0)
	require.ErrorContains(t, err, "Setup")
	require.NoError(t, store.Close(t.Context()))
}
