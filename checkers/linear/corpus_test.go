package linear_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/internal/contest"
)

// Every file of Porcupine's test data has the verdict that is known of it.
func TestCorpus(t *testing.T) {
	folder := data(t)
	works, err := contest.Files(folder)
	require.NoError(t, err)
	for _, w := range works {
		t.Run(w.Name, func(t *testing.T) {
			bout, err := w.Load(contest.Terms{Data: folder})
			require.NoError(t, err)
			require.NoError(t, bout.Proof())
		})
	}
}
