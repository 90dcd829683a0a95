package doctors_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads/doctors"
)

func left(client, doctor int32) op {
	return op{Client: client, Return: 10, Input: in{Shift: 7, Doctor: doctor}}
}

func refused(client, doctor int32) op {
	o := left(client, doctor)
	o.Output.Refused = true
	return o
}

func returned(client, doctor int32) op {
	return op{Client: client, Return: 10, Input: in{Kind: doctors.Return, Shift: 7, Doctor: doctor}}
}

func found(client int32, who ...int) op {
	return op{Client: client, Return: 10, Input: in{Kind: doctors.Status, Shift: 7}, Output: out{OnCall: doctors.Of(who...)}}
}

func unknown(o op) op {
	o.Outcome, o.Return = history.Unknown, history.Never
	return o
}

// late moves an operation behind those that were moved less.
func late(n time.Duration, o op) op {
	o.Call += 20 * n
	o.Return += 20 * n
	return o
}

func of(key int32, o op) op {
	o.Input.Shift = key
	return o
}

// TestExplanations holds the one sentence that tells what is wrong, and the operations that prove it.
func TestExplanations(t *testing.T) {
	for _, c := range []struct {
		doctors int
		ops     []op
		want    string
		at      []int
	}{
		{
			2, []op{left(3, 1), left(5, 0)}, "client 5 (op #1) left as doctor 0 and client 3 (op #0) left as doctor 1, " +
				"with nobody back meanwhile, though one must stay on call.", []int{0, 1},
		}, {
			2, []op{refused(1, 0), left(3, 0), left(4, 1), late(1, left(5, 0)), late(2, found(6)), late(3, returned(7, 1))},
			"client 3 (op #1) left as doctor 0 and client 4 (op #2) left as doctor 1, with nobody back meanwhile, " +
				"though one must stay on call; client 6 (op #4) found nobody.", []int{1, 2},
		}, {
			2, []op{left(3, 0), late(1, returned(4, 0)), late(2, left(5, 1)), late(2, left(6, 0)), late(3, found(7))},
			"client 7 (op #4) found nobody on call, though one must stay: client 6 (op #3) left as doctor 0 and " +
				"client 5 (op #2) left as doctor 1.", []int{2, 3, 4},
		}, {
			2, []op{left(3, 0), unknown(left(4, 1)), late(3, found(7))},
			"client 7 (op #2) found nobody on call, though one must stay: client 3 (op #0) left as doctor 0 and " +
				"client 4 (op #1) may have left as doctor 1.", []int{0, 1, 2},
		}, {
			// Who left before the return can't be whom the status missed.
			2, []op{left(1, 0), late(1, returned(1, 0)), late(2, unknown(left(5, 0))), late(3, left(2, 1)), late(4, found(3))},
			"client 3 (op #4) found nobody on call, though one must stay: client 5 (op #2) may have left as doctor 0 and " +
				"client 2 (op #3) left as doctor 1.", []int{2, 3, 4},
		}, {
			6, []op{
				late(1, returned(9, 5)), late(2, left(0, 0)), late(2, left(1, 1)), late(2, left(2, 2)), late(2, left(3, 3)),
				late(2, left(4, 4)), late(2, unknown(left(5, 5))), late(3, found(7)),
			},
			"client 7 (op #7) found nobody on call, though one must stay: client 0 (op #1) left as doctor 0, client 1 (op #2) " +
				"left as doctor 1, client 2 (op #3) left as doctor 2, client 3 (op #4) left as doctor 3 and so may the 2 others have.",
			[]int{1, 2, 3, 4, 5, 6, 7},
		}, {
			6, []op{left(0, 0), left(1, 1), left(2, 2), left(3, 3), left(4, 4), left(5, 5)},
			"client 0 (op #0) left as doctor 0, client 1 (op #1) left as doctor 1, client 2 (op #2) left as doctor 2, " +
				"client 3 (op #3) left as doctor 3 and so did the 2 others, with nobody back meanwhile, though one must stay on call.",
			[]int{0, 1, 2, 3, 4, 5},
		},
	} {
		v := mustNew(t, 8, c.doctors).Check(context.Background(), &hist{Ops: c.ops})
		require.Equal(t, checkers.Invalid, v.Status, c.want)
		for _, a := range v.Anomalies[0].Arrows {
			require.Contains(t, c.at, a.To)
			require.Equal(t, checkers.Earlier, a.From, "all who left acted on what was before")
		}
		v.Anomalies[0].Arrows = nil
		require.Equal(t, []checkers.Anomaly{{
			Name: checkers.WriteSkew, Object: "shift 7", Message: "shift 7: " + c.want, Ops: c.at,
		}}, v.Anomalies)
	}
}

// TestThePlainestShiftIsTold holds that the anomaly is told once, of the shift that takes fewest operations to tell.
func TestThePlainestShiftIsTold(t *testing.T) {
	ops := []op{
		left(3, 0), unknown(left(4, 1)), late(3, found(7)), of(1, left(5, 0)), of(1, left(6, 1)), of(2, left(8, 0)), of(2, left(9, 1)),
	}
	v := mustNew(t, 8, 2).Check(context.Background(), &hist{Ops: ops})
	require.Len(t, v.Anomalies, 1)
	require.Equal(t, "shift 1: client 5 (op #3) left as doctor 0 and client 6 (op #4) left as doctor 1, "+
		"with nobody back meanwhile, though one must stay on call; the same on 2 other shifts.", v.Anomalies[0].Message)
}

// TestWhatIsLeftToTheSearch holds that no write skew is told where something else may have been it.
func TestWhatIsLeftToTheSearch(t *testing.T) {
	for _, ops := range [][]op{
		{left(3, 0), late(1, found(7))},                                               // nobody left as doctor 1
		{left(1, 0), late(1, returned(1, 0)), late(2, left(2, 1)), late(3, found(3))}, // nor as doctor 0, since the return
		{late(1, refused(3, 0))},                                                      // both were on call
		{left(3, 0), late(1, returned(4, 0)), late(2, found(5, 1))},                   // a return was lost
		{left(3, 0), late(1, left(4, 1)), late(1, returned(5, 1))},                    // of another doctor than the one who had left
	} {
		v := mustNew(t, 8, 2).Check(context.Background(), &hist{Ops: ops})
		require.Equal(t, checkers.Invalid, v.Status, "%+v", ops)
		require.Equal(t, checkers.NonLinearizable, v.Anomalies[0].Name)
		require.Contains(t, v.Anomalies[0].Message, "shift 7")
	}
}

// TestWhatIsRight holds that returns, also of unknown outcome, may have come in between.
func TestWhatIsRight(t *testing.T) {
	for _, ops := range [][]op{
		{left(3, 0), refused(4, 1), late(1, returned(3, 0)), late(2, left(4, 1)), late(3, found(5, 0))},
		{left(3, 0), left(4, 1), returned(5, 0), late(1, found(6, 0))},
		{left(3, 0), unknown(returned(5, 0)), late(3, left(4, 1)), late(4, found(6, 0))},
		{left(3, 0), unknown(left(4, 1)), late(1, found(6, 1))},
		{unknown(left(4, 1)), late(3, refused(3, 0)), late(4, found(6, 0))},
		{left(3, 0), left(4, 0), late(1, found(6, 1))},             // whoever has left may leave
		{left(3, 0), late(1, refused(4, 0)), late(2, found(6, 1))}, // or be refused
	} {
		v := mustNew(t, 8, 2).Check(context.Background(), &hist{Ops: ops})
		require.Equal(t, checkers.Valid, v.Status, "%s%+v", v.Text(), ops)
	}
}

func TestMalformed(t *testing.T) {
	for want, bad := range map[string]in{
		"malformed: operation #0: leave shift 8 as doctor 1: there are shifts 0 to 7":      {Shift: 8, Doctor: 1},
		"malformed: operation #0: status of shift -1: there are shifts 0 to 7":             {Kind: doctors.Status, Shift: -1},
		"malformed: operation #0: return to shift 1 as doctor 2: there are doctors 0 to 1": {Kind: doctors.Return, Shift: 1, Doctor: 2},
		"malformed: operation #0: Kind(9) is no operation on a shift":                      {Kind: 9},
	} {
		v := mustNew(t, 8, 2).Check(context.Background(), &hist{Ops: []op{{Input: bad}}})
		require.Equal(t, checkers.Undecide("%s", want), v)
	}
}
