package linear

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
)

// maxNamed is how many operations besides the blamed one a message puts into words.
const maxNamed = 3

// explain puts a failed search into words. The deepest layer that it reached is the shortest beginning of the history
// that has no legal order: whatever had returned before that layer's operation did has one, also with it nothing does.
func (c *check[S, I, O]) explain(p *prover[S, I, O]) finding {
	blamed := p.bound[len(p.bound)-1]
	text := fmt.Sprintf("no order of the operations explains %s: %s", c.say(blamed), c.sayStates(&p.s.deepest))
	var proved proof[S]
	if !c.unproved {
		proved = p.prove()
	}
	ops, verified := proved.core, p.verify(proved)
	if verified == found {
		return finding{halt: outOfEffort, reason: c.sayRefuted(blamed)}
	}
	if len(ops) > 1 || proved.given > 0 {
		text += "; " + c.sayCore(ops[:len(ops)-1], proved.given)
	} else if ops == nil {
		ops = append(c.nearest(p, blamed), blamed)
	}
	if verified == outOfEffort {
		text += "; to try all orders of these apart from the search would take too long"
	}
	return finding{blamed: blamed, anomaly: checkers.Anomaly{
		Name: checkers.NonLinearizable, Object: c.name(p.object), Message: text, Ops: c.places(ops),
	}}
}

// sayRefuted says that the verification found an order where the search found none.
func (c *check[S, I, O]) sayRefuted(blamed int32) string {
	return fmt.Sprintf("the search found no order that explains %s, but trying all orders of what should prove that finds "+
		"one: see whether what the model says besides Step and Effect (Pure, Key, Leads, Sets) is true of it; if it is, "+
		"this is a fault of the search, and the history is worth a report", c.say(blamed))
}

// nearest gives the bound operations that were open together with the blamed one, or, if none was, the one before it:
// the place to look where no proof was found.
func (c *check[S, I, O]) nearest(p *prover[S, I, O], blamed int32) []int32 {
	var near []int32
	for n := len(p.bound) - 2; n >= 0 && len(near) < fewEnough; n-- {
		if !c.h.Ops[p.bound[n]].Overlaps(&c.h.Ops[blamed]) && len(near) > 0 {
			break
		}
		near = append(near, p.bound[n])
	}
	return near
}

// telling is how operations are named where the history at hand is only the rest of the one that people know.
type telling struct {
	numbers []int                // of operations in the whole history, by place; nil: they are their places
	words   func(i int32) string // an operation in words, with its number; nil: as the model describes it
}

// number gives an operation's place in the whole history.
func (t *telling) number(i int32) int {
	if t.numbers == nil {
		return int(i)
	}
	return t.numbers[i]
}

// places gives the places of operations in the whole history.
func (t *telling) places(ops []int32) []int {
	out := make([]int, 0, len(ops))
	for _, i := range ops {
		out = append(out, t.number(i))
	}
	slices.Sort(out)
	return slices.Compact(out) // one may stand for several
}

// say puts an operation into words.
func (c *check[S, I, O]) say(i int32) string {
	if c.words != nil {
		return c.words(i)
	}
	op := &c.h.Ops[i]
	var what string
	switch {
	case op.Outcome != history.OK:
		what = fmt.Sprintf("%v, outcome unknown", op.Input)
	case c.model.Describe != nil:
		what = c.model.Describe(op.Input, op.Output)
	default:
		what = fmt.Sprintf("%v → %v", op.Input, op.Output)
	}
	return fmt.Sprintf("op #%d (client %d: %s)", c.number(i), op.Client, what)
}

// sayStates names the states that the blamed operation can have met.
func (c *check[S, I, O]) sayStates(d *deepest[S]) string {
	words := c.stateWords(d)
	if len(words) == 1 && d.more {
		return "no order of those that returned before it leads to a state that allows it"
	}
	return "every order of those that returned before it ends in state " + list(words, "or")
}

// stateWords puts states into words.
func (c *check[S, I, O]) stateWords(d *deepest[S]) []string {
	words := make([]string, len(d.states))
	for i, state := range d.states {
		if c.model.State != nil {
			words[i] = c.model.State(state)
		} else {
			words[i] = fmt.Sprint(state)
		}
	}
	slices.Sort(words)
	if d.more {
		words = append(words, "others")
	}
	return words
}

// sayCore names what the blamed operation contradicts.
func (c *check[S, I, O]) sayCore(core []int32, given int) string {
	var words []string
	for n := len(core) - 1; n >= 0 && len(words) < maxNamed; n-- {
		words = append(words, c.say(core[n]))
	}
	if more := len(core) - len(words); more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	text := "it contradicts " + list(words, "and")
	if len(core) == 0 {
		text = "nothing explains it"
	}
	if given > 0 {
		text += fmt.Sprintf(", given the %d operations called first,", given)
	}
	return text + " even if every other operation took effect late or never"
}

// list joins words: "1", "1 or 2", "1, 2 or 3".
func list(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}
