package checkers_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type hist = history.History[int, int]

func named(name string, check checkers.Checker[int, int]) checkers.Named[int, int] {
	return checkers.Named[int, int]{Name: name, Check: check}
}

func gives(name string, v checkers.Verdict) checkers.Named[int, int] {
	return named(name, func(context.Context, *hist) checkers.Verdict { return v })
}

var anomaly = checkers.Anomaly{Name: checkers.LostUpdate, Message: "gone."}

func TestTheWorstVerdictWins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		statuses := rapid.SliceOf(rapid.SampledFrom([]checkers.Status{
			checkers.Valid, checkers.Undecided, checkers.Invalid,
		})).Draw(t, "statuses")
		var verdicts []checkers.Verdict
		invalid, undecided := 0, 0
		for _, s := range statuses {
			v := checkers.Verdict{Status: s}
			switch s {
			case checkers.Invalid:
				invalid++
				v = checkers.Reject(anomaly)
			case checkers.Undecided:
				undecided++
				v = checkers.Undecide("reason")
			}
			verdicts = append(verdicts, v)
		}
		joined := checkers.Join(verdicts...)
		want := checkers.Valid
		if undecided > 0 {
			want = checkers.Undecided
		}
		if invalid > 0 {
			want = checkers.Invalid
		}
		require.Equal(t, want, joined.Status)
		require.Len(t, joined.Anomalies, invalid)
		require.Equal(t, undecided > 0, joined.Reason != "")
	})
}

func TestJoinKeepsEverythingInOrder(t *testing.T) {
	other := checkers.Anomaly{Name: checkers.Overdraft}
	v := checkers.Join(checkers.Undecide("a"), checkers.Reject(anomaly), checkers.Undecide("b"), checkers.Reject(other))
	require.Equal(t, checkers.Verdict{
		Status: checkers.Invalid, Reason: "a; b", Anomalies: []checkers.Anomaly{anomaly, other},
	}, v)
	require.Equal(t, checkers.Verdict{}, checkers.Join())
	require.Equal(t, checkers.Verdict{}, checkers.Reject())
}

// TestAllRunsSideBySide would hang if one checker waited for another to end.
func TestAllRunsSideBySide(t *testing.T) {
	var together sync.WaitGroup
	together.Add(2)
	meet := func(context.Context, *hist) checkers.Verdict {
		together.Done()
		together.Wait()
		return checkers.Reject(anomaly)
	}
	v := checkers.All(context.Background(), &hist{}, named("a", meet), named("b", meet))
	require.Len(t, v.Anomalies, 2)
}

func TestAPanicIsUndecidedAndTheOthersStand(t *testing.T) {
	boom := named("bad", func(context.Context, *hist) checkers.Verdict { panic("boom") })
	v := checkers.All(context.Background(), &hist{},
		gives("a", checkers.Reject(anomaly)), boom, gives("c", checkers.Undecide("tired")))
	require.Equal(t, checkers.Invalid, v.Status)
	require.Equal(t, []checkers.Anomaly{anomaly}, v.Anomalies)
	require.Contains(t, v.Reason, "the bad checker panicked: boom; please report it with the history\n")
	require.Contains(t, v.Reason, "TestAPanicIsUndecided")
	require.Contains(t, v.Reason, "; c: tired")

	v = checkers.Guard(context.Background(), &hist{}, boom)
	require.Equal(t, checkers.Undecided, v.Status)
	v = checkers.Guard(context.Background(), &hist{}, checkers.Named[int, int]{Name: "empty"})
	require.Contains(t, v.Reason, "the empty checker panicked")
}

func TestGuardNamesTheChecker(t *testing.T) {
	v := checkers.Guard(context.Background(), &hist{}, gives("linear", checkers.Undecide("out of %s", "time")))
	require.Equal(t, "UNDECIDED: linear: out of time\n", v.Text())
	require.Equal(t, checkers.Verdict{}, checkers.Guard(context.Background(), &hist{}, gives("x", checkers.Verdict{})))
}

func TestJSON(t *testing.T) {
	for want, v := range map[string]checkers.Verdict{
		`{"status":"valid"}`:                         {},
		`{"status":"undecided","reason":"too long"}`: checkers.Undecide("too long"),
		`{"status":"invalid","anomalies":[{"name":"lost-update","object":"wallet 7","message":"gone.","ops":[17,18],` +
			`"lost":300,"updates":1,"of":2,"repair":["atomic"]},{"name":"overdraft","message":""}]}`: checkers.Reject(
			checkers.Anomaly{
				Name: "lost-update", Object: "wallet 7", Message: "gone.", Ops: []int{17, 18}, Lost: 300, Updates: 1, Of: 2,
				Repair: []string{"atomic"},
			}, checkers.Anomaly{Name: "overdraft"},
		),
	} {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		require.Equal(t, want, string(text))
		var back checkers.Verdict
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, v, back)
	}
	var s checkers.Status
	require.EqualError(t, s.UnmarshalText([]byte("fine")), `checkers: status "fine" is none of valid, undecided, invalid`)
	require.Equal(t, "Status(9)", checkers.Status(9).String())
	_, err := json.Marshal(checkers.Status(9))
	require.Error(t, err)
}

func TestText(t *testing.T) {
	repair := []string{"atomic", "row-lock"}
	v := checkers.Join(
		checkers.Reject(
			checkers.Anomaly{Name: checkers.LostUpdate, Message: "gone.", Repair: repair},
			checkers.Anomaly{Name: checkers.ReadSkew, Message: "torn.", Repair: repair},
		),
		checkers.Undecide("the rest took too long"),
	)
	require.Equal(t, "INVALID: the rest took too long\n"+
		"lost-update: gone. Not lost by: atomic, row-lock.\n"+
		"read-skew: torn. Not shown by: atomic, row-lock.\n", v.Text())
	require.Equal(t, "VALID\n", checkers.Verdict{}.Text())
}
