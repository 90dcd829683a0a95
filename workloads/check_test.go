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

// TestWhatIsWrongIsShownIfAsked has stages after the proof, of which one is wrong too, one has more to show, and one panics.
func TestWhatIsWrongIsShownIfAsked(t *testing.T) {
	first := checkers.Prefix{Object: "a", Ops: []int{0}, Stuck: []int{1}}
	second := checkers.Prefix{Object: "b", Ops: []int{2}, Stuck: []int{3}, Longest: true}
	order := checkers.Order{Object: "c", Ops: []int{4}}
	proof := checkers.Verdict{
		Status: checkers.Invalid, Anomalies: []checkers.Anomaly{{Name: "x"}}, Prefixes: []checkers.Prefix{first},
	}
	var ran []string
	v := workloads.Check(checkers.WithOrders(context.Background()), &hist{},
		says(proof, &ran, "a"),
		says(checkers.Verdict{
			Status: checkers.Invalid, Anomalies: []checkers.Anomaly{{Name: "y"}}, Reason: "tired",
			Prefixes: []checkers.Prefix{second},
		}, &ran, "b"),
		stage{{Name: "c", Check: func(ctx context.Context, _ *hist) checkers.Verdict {
			_, bounded := ctx.Deadline()
			require.True(t, bounded)
			panic("boom")
		}}},
		says(checkers.Verdict{Orders: []checkers.Order{order}}, &ran, "d"),
	)
	require.Equal(t, []string{"a", "b", "d"}, ran)
	proof.Prefixes, proof.Orders = []checkers.Prefix{first, second}, []checkers.Order{order}
	require.Equal(t, proof, v)
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
