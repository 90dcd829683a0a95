package linear_test

import (
	"context"
	"fmt"

	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/history"
)

// A counter that answers what it held is watched while two clients use it. Both add to 0, so that an update is lost, and the
// stream says so as soon as both were answered.
func ExampleStream() {
	s := linear.NewStream(linear.Model[int, int, int]{
		Step: func(state, add, before int) (int, bool) { return state + add, before == state },
	})
	recorder, cursor := history.NewRecorder[int, int](), history.Cursor[int, int]{}
	one, other := recorder.Log(1), recorder.Log(2)
	look := func() {
		s.Add(context.Background(), recorder.Cut(&cursor))
		fmt.Println(s.Verdict(context.Background()).Status)
	}

	one.Begin(300, history.Main)
	one.End(0, history.OK, 0)
	look()
	other.Begin(500, history.Main)
	other.End(0, history.OK, 0)
	look()
	// Output:
	// valid
	// invalid
}
