package sql

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/harness"
)

func requireNotApplied(t *testing.T, err error) {
	t.Helper()
	require.ErrorIs(t, err, harness.ErrNotApplied)
}

func requireUnknown(t *testing.T, err error) {
	t.Helper()
	require.Error(t, err)
	require.NotErrorIs(t, err, harness.ErrNotApplied)
}
