package foreign

import (
	"fmt"

	"github.com/lostupdate/stress/history/jepsen"
)

// words put operations into words.
type words struct {
	values *jepsen.Values
	keyed  bool
}

// longest is how much of a value is shown; reads of a set can be very long.
const longest = 60

func (w words) text(number int64) string {
	text := w.values.Text(number)
	if len(text) > longest {
		return fmt.Sprintf("%.*s…", longest, text)
	}
	return text
}

func (w words) object(key uint64) string { return "key " + w.text(int64(key)) }

func (w words) asked(in input) string {
	text := in.F.String()
	switch in.F {
	case jepsen.Read, jepsen.Dequeue, jepsen.Acquire, jepsen.Release, jepsen.Get:
	case jepsen.CAS:
		text = fmt.Sprintf("%s %s → %s", text, w.text(in.Old), w.text(in.New))
	default:
		text += " " + w.text(in.New)
	}
	if w.keyed {
		text += " on " + w.object(uint64(in.Key))
	}
	return text
}

func (w words) describe(in input, out output) string {
	text := w.asked(in)
	switch in.F {
	case jepsen.Read, jepsen.Get, jepsen.Dequeue:
		return fmt.Sprintf("%s: %s", text, w.text(out.Value))
	case jepsen.CAS:
		if out.Refused {
			return text + ": refused"
		}
		return text + ": done"
	default:
		return text
	}
}
