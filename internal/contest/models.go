package contest

import (
	"strings"

	"github.com/lostupdate/stress/checkers/linear"
	"github.com/lostupdate/stress/checkers/linear/monitor"
	"github.com/lostupdate/stress/internal/loads"
)

// The models. All tell the search what they can: which operations change nothing, what they make the state, what can
// still come; and where operations tell enough, of which type the object is.

// byDo makes the model of a deterministic object from what it does.
func byDo[S comparable, I any, O comparable](do func(S, I) (S, O)) linear.Model[S, I, O] {
	return linear.Model[S, I, O]{
		Step: func(state S, in I, out O) (S, bool) {
			next, right := do(state, in)
			return next, right == out
		},
		Effect: func(state S, in I) (S, bool) {
			next, _ := do(state, in)
			return next, true
		},
	}
}

// Register is a register of which nothing is promised: values may be few, and failed compare-and-sets tell nothing.
func Register() linear.Model[int, loads.Put, loads.Got] { return register(loads.DoRegister) }

func register(do func(int, loads.Put) (int, loads.Got)) linear.Model[int, loads.Put, loads.Got] {
	m := byDo(do)
	m.Pure = pureRegister
	m.Sets = func(in loads.Put) (int, bool) { return in.To, in.Kind != 'r' }
	step := m.Step
	m.Leads = func(state int, in loads.Put, out loads.Got) bool { _, ok := step(state, in, out); return ok }
	return m
}

func pureRegister(in loads.Put, out loads.Got) bool {
	return in.Kind == 'r' || in.Kind == 'c' && !out.OK
}

// unique is a register of unique values, whose failed compare-and-sets tell what they saw.
func unique() linear.Model[int, loads.Put, loads.Got] {
	m := register(loads.DoTelling)
	m.Type = &linear.Type[loads.Put, loads.Got]{Act: registerAct}
	return m
}

func registerAct(in loads.Put, out loads.Got, known bool) monitor.Act {
	switch {
	case in.Kind == 'w':
		return monitor.Act{Kind: monitor.Write, Value: int64(in.To)}
	case in.Kind == 'c' && (!known || out.OK):
		return monitor.Act{Kind: monitor.CompareAndSet, Value: int64(in.To), Other: int64(in.Old)}
	default:
		return monitor.Act{Kind: monitor.Read, Value: int64(out.Value)}
	}
}

// etcd is the register of Jepsen's logs.
func etcd() linear.Model[int, loads.Put, loads.Got] {
	m := Register()
	m.Init = func(uint64) int { return loads.Absent }
	return m
}

func store() linear.Model[int, loads.Keyed, loads.Got] {
	m := byDo(func(state int, in loads.Keyed) (int, loads.Got) { return loads.DoTelling(state, in.Put) })
	m.Key = func(in loads.Keyed) (uint64, bool) { return in.Key, false }
	m.Pure = func(in loads.Keyed, out loads.Got) bool { return pureRegister(in.Put, out) }
	m.Type = &linear.Type[loads.Keyed, loads.Got]{Act: func(in loads.Keyed, out loads.Got, known bool) monitor.Act {
		return registerAct(in.Put, out, known)
	}}
	return m
}

func texts() linear.Model[string, loads.Text, string] {
	m := byDo(loads.DoText)
	m.Pure = func(in loads.Text, _ string) bool { return in.Kind == "get" }
	m.Sets = func(in loads.Text) (string, bool) { return in.Value, in.Kind == "put" }
	m.Leads = func(state string, in loads.Text, out string) bool {
		return in.Kind != "get" || strings.HasPrefix(out, state)
	}
	m.Key = func(in loads.Text) (uint64, bool) { return uint64(in.Key[0]), len(in.Key) > 1 }
	return m
}

func set() linear.Model[bool, loads.Change, bool] {
	m := byDo(loads.DoElement)
	m.Key = func(c loads.Change) (uint64, bool) { return c.Element, false }
	m.Pure = func(c loads.Change, out bool) bool { return c.Kind == 'c' || !out }
	m.Sets = func(c loads.Change) (bool, bool) { return c.Kind == 'i', c.Kind != 'c' }
	m.Type = &linear.Type[loads.Change, bool]{Act: setAct}
	return m
}

func setAct(c loads.Change, out, _ bool) monitor.Act {
	act := monitor.Act{Kind: monitor.Contains, Value: int64(c.Element)}
	switch c.Kind {
	case 'i':
		act.Kind = monitor.Insert
	case 'r':
		act.Kind = monitor.Remove
	}
	if out {
		act.Other = 1
	}
	return act
}

func counter() linear.Model[int, int, int] {
	m := byDo(loads.DoCounter)
	m.Pure = func(in, _ int) bool { return in == 0 }
	m.Leads = func(state, in, out int) bool { return in != 0 || state <= out } // it only rises
	m.Type = &linear.Type[int, int]{Act: func(in, out int, _ bool) monitor.Act {
		if in == 0 {
			return monitor.Act{Kind: monitor.Read, Value: int64(out)}
		}
		return monitor.Act{Kind: monitor.Add, Value: int64(in)}
	}}
	return m
}

func fetchAdd() linear.Model[int, int, int] {
	m := byDo(loads.DoFetchAdd)
	m.Type = &linear.Type[int, int]{Act: func(in, out int, _ bool) monitor.Act {
		return monitor.Act{Kind: monitor.FetchAdd, Value: int64(in), Other: int64(out)}
	}}
	return m
}

func queue() linear.Model[string, loads.Move, loads.Out] {
	m := byDo(loads.DoQueue)
	m.Type = &linear.Type[loads.Move, loads.Out]{Act: func(in loads.Move, out loads.Out, known bool) monitor.Act {
		switch {
		case in.In:
			return monitor.Act{Kind: monitor.Enqueue, Value: int64(in.Value)}
		case !known || out.OK:
			return monitor.Act{Kind: monitor.Dequeue, Value: int64(out.Value)}
		default:
			return monitor.Act{Kind: monitor.DequeueEmpty}
		}
	}}
	return m
}
