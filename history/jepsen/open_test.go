package jepsen_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/history/jepsen"
)

// TestReadingCanBeStopped also where nothing comes for ever.
func TestReadingCanBeStopped(t *testing.T) {
	out, in, err := os.Pipe()
	require.NoError(t, err)
	defer out.Close()
	defer in.Close()
	_, err = in.WriteString("{:process 0, :type :invoke, :f :read}")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	failed := make(chan error)
	go func() {
		f, err := jepsen.Open(ctx, fmt.Sprintf("/dev/fd/%d", out.Fd()))
		if err == nil {
			_, err = f.Decode("")
			_ = f.Close() // it failed already
		}
		failed <- err
	}()
	cancel()
	require.Error(t, <-failed)
}
