package jepsen

import (
	"errors"
	"fmt"
	"strings"

	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/history/edn"
)

// stage is the part of an operation that an event is.
type stage uint8

const (
	called stage = iota
	done         // it took effect
	failed       // it did not
	unsure       // nobody knows
)

func parseStage(name string) (stage, error) {
	switch name {
	case "invoke":
		return called, nil
	case "ok":
		return done, nil
	case "fail":
		return failed, nil
	case "info":
		return unsure, nil
	}
	return 0, fmt.Errorf("expected :type :invoke, :ok, :fail or :info, found :%s", name)
}

// event is one line of a history, its value not read yet.
type event struct {
	line    int64
	process int64
	stage   stage
	f       F
	value   edn.Value
	key     edn.Value // where named
	named   bool      // it has a :key
	time    int64     // ns, where timed
	timed   bool
	extra   extra
}

// extra is what only some events tell, mostly those that Encode wrote.
type extra struct {
	note          string
	phase         history.Phase
	retries       uint16
	before, after edn.Value
	refused, seen bool
}

// errSkip says that an event is not of a client.
var errSkip = errors.New("not of a client")

// events is a source of events; io.EOF ends it. Each error says where it is.
type events interface {
	next() (event, error)
	wrap(err error) error // says where the last event is
}

// forms reads events that are EDN maps.
type forms struct {
	r     *edn.Reader
	index int64
}

func (f *forms) wrap(err error) error { return f.r.Wrap(err) }

func (f *forms) next() (event, error) {
	v, err := f.r.Next()
	if err != nil {
		return event{}, err
	}
	e, err := f.event(v.Untagged())
	e.line = f.r.Line()
	return e, err
}

func (f *forms) event(v edn.Value) (e event, err error) {
	if v.Kind != edn.Map {
		return e, fmt.Errorf("expected an operation {:process …, :type …, :f …, :value …}, found %.60q", v)
	}
	if err := f.ordered(v); err != nil {
		return e, err
	}
	process, there := v.Get("process")
	switch process.Kind {
	case edn.Int:
	case edn.Keyword, edn.Symbol:
		return e, errSkip
	default:
		return e, fmt.Errorf("expected a number or a name in :process, found %s", shown(process, there))
	}
	var good bool
	if e.process, good = process.Int64(); !good {
		return e, fmt.Errorf("the :process %s is beyond 64 bits", process.Text)
	}
	if e.stage, err = stageOf(v); err != nil {
		return e, err
	}
	if e.f, err = fOf(v); err != nil {
		return e, err
	}
	e.value, _ = v.Get("value")
	e.key, e.named = v.Get("key")
	if time, there := v.Get("time"); there {
		if e.time, e.timed = time.Int64(); !e.timed {
			return e, fmt.Errorf("expected nanoseconds in :time, found %s", shown(time, there))
		}
	}
	e.extra, err = extraOf(v)
	return e, err
}

func stageOf(v edn.Value) (stage, error) {
	name, there := v.Get("type")
	if name.Kind != edn.Keyword {
		return 0, fmt.Errorf("expected :type :invoke, :ok, :fail or :info, found %s", shown(name, there))
	}
	return parseStage(name.Text)
}

func fOf(v edn.Value) (F, error) {
	name, there := v.Get("f")
	if name.Kind != edn.Keyword {
		return 0, fmt.Errorf("expected what was asked in :f, found %s", shown(name, there))
	}
	return fNamed(name.Text)
}

func fNamed(name string) (F, error) {
	f, known := parseF(name)
	if !known {
		return 0, fmt.Errorf("no data type here has :%s; there are %s", name, strings.Join(fs(), ", "))
	}
	return f, nil
}

// ordered holds :index, where it is told, to be ascending: events in another order than they happened in would make
// another history.
func (f *forms) ordered(v edn.Value) error {
	value, there := v.Get("index")
	if !there {
		return nil
	}
	index, good := value.Int64()
	if !good || index < f.index {
		return fmt.Errorf("expected an :index of at least %d, found %s: events must be in order", f.index, shown(value, true))
	}
	f.index = index + 1
	return nil
}

func extraOf(v edn.Value) (x extra, err error) {
	if e, there := v.Get("error"); there {
		x.note = noteOf(e)
	}
	if phase, there := v.Get("phase"); there {
		if err := x.phase.UnmarshalText([]byte(phase.Text)); err != nil {
			return x, err
		}
	}
	if retries, there := v.Get("retries"); there {
		n, good := retries.Int64()
		if !good || n < 0 || n > 1<<16-1 {
			return x, fmt.Errorf("expected 0 to 65,535 in :retries, found %s", shown(retries, there))
		}
		x.retries = uint16(n)
	}
	refused, _ := v.Get("refused")
	x.refused = refused.Kind == edn.Bool && refused.Text == "true"
	x.before, x.seen = v.Get("before")
	x.after, _ = v.Get("after")
	return x, nil
}

func noteOf(v edn.Value) string {
	switch v.Kind {
	case edn.String, edn.Keyword:
		return v.Text
	default:
		return v.String()
	}
}

func shown(v edn.Value, there bool) string {
	if !there {
		return "none"
	}
	return fmt.Sprintf("%.40s", v)
}
