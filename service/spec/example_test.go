package spec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/service/spec"
)

func TestExamplesAreRight(t *testing.T) {
	for _, workload := range spec.Workloads() {
		t.Run(workload, func(t *testing.T) {
			text, err := spec.Example(workload)
			require.NoError(t, err)
			s, err := spec.Parse("stress.yaml", []byte(text))
			require.NoError(t, err, text)
			require.Equal(t, workload, s.Workload)
			require.Len(t, s.Calls, len(s.Words.Operations), "it has every operation")
		})
	}
	_, err := spec.Example("walet")
	require.ErrorContains(t, err, `did you mean "wallet"?`)
}
