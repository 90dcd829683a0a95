package workloads_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

type hist = history.History[int, int]

type stage = workloads.Stage[int, int]

func says(v checkers.Verdict, ran *[]string, name string) stage {
	return stage{{Name: name, Check: func(context.Context, *hist) checkers.Verdict {
		*ran = append(*ran, name)
		return v
	}}}
}

func TestCheckStopsAtTheFirstProof(t *testing.T) {
	var ran []string
	v := workloads.Check(context.Background(), &hist{},
		says(checkers.Undecide("tired"), &ran, "a"),
		says(checkers.Reject(checkers.Anomaly{Name: "x"}), &ran, "b"),
		says(checkers.Verdict{}, &ran, "c"),
	)
	require.Equal(t, []string{"a", "b"}, ran)
	require.Equal(t, checkers.Invalid, v.Status)
	require.Equal(t, "a: tired", v.Reason)
}

// TestAStageRunsSideBySide has a stage whose first check waits for its second, whose third panics, and which is followed
// by one that must not run.
func TestAStageRunsSideBySide(t *testing.T) {
	met := make(chan struct{})
	first := func(context.Context, *hist) checkers.Verdict {
		<-met
		return checkers.Reject(checkers.Anomaly{Name: "x"})
	}
	second := func(context.Context, *hist) checkers.Verdict {
		close(met)
		return checkers.Verdict{Status: checkers.Invalid, Anomalies: []checkers.Anomaly{{Name: "y"}}, Reason: "late"}
	}
	var ran []string
	v := workloads.Check(context.Background(), &hist{},
		stage{
			{Name: "a", Check: first},
			{Name: "b", Check: second},
			{Name: "c", Check: func(context.Context, *hist) checkers.Verdict { panic("boom") }},
		},
		says(checkers.Verdict{}, &ran, "d"),
	)
	require.Empty(t, ran)
	require.Equal(t, checkers.Invalid, v.Status)
	require.Equal(t, []checkers.Anomaly{{Name: "x"}, {Name: "y"}}, v.Anomalies)
	require.Regexp(t, "^b: late; the c checker panicked: boom", v.Reason)
}
