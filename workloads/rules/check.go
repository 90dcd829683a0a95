package rules

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/expr-lang/expr/file"

	"github.com/lostupdate/stress/checkers"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/workloads"
)

// Check holds a history against all rules. It is undecided about a rule that can't be evaluated, or whose final reads were not
// made; and about one that holds for no choice of the operations of unknown outcome that was tried, if there are more than
// 65,536 choices that look different to the rule, or if they ask of such an operation what it answered. Reads of unknown outcome
// are no choice: a list has those that were answered. A rule that holds by a
// choice alone is told in the verdict's reason, though that is valid; it is undecided if the choice is of more than ten
// operations, and of more than those whose outcome is known. One for each operation that was evaluated for none is told there
// too; where that is so of all rules, the verdict is undecided.
func Check[I, O any](
	ctx context.Context, s *Set, h *history.History[I, O], view func(op *history.Op[I, O]) View,
) checkers.Verdict {
	perKey := false
	for _, r := range s.rules {
		perKey = perKey || r.Each == PerKey
	}
	sheet, err := newSheet(s.lang, h, view, perKey)
	if err != nil {
		return checkers.Undecide("%v", err)
	}
	var v checkers.Verdict
	evaluated := len(s.rules) == 0
	for _, r := range s.rules {
		c := &check{lang: s.lang, sheet: sheet, rule: r, run: newRun(ctx, len(h.Ops))}
		v = checkers.Join(v, c.verdict())
		evaluated = evaluated || c.evaluated > 0
	}
	if !evaluated && v.Status == checkers.Valid {
		v.Status = checkers.Undecided
	}
	return v
}

// check is one rule on one history.
type check struct {
	lang  *language
	sheet *sheet
	rule  *rule
	run   *run

	violated  checkers.Anomaly // the first violation
	others    int              // how many more there are
	doubts    int              // where it could not be told
	reason    string           // of the first of these
	chosen    int              // where it holds by a choice alone
	choice    string           // the first of these
	evaluated int              // how often it did not pass over what it is for
}

// verdict evaluates the rule wherever it must hold.
func (c *check) verdict() checkers.Verdict {
	switch c.rule.Each {
	case PerKey:
		for _, key := range c.sheet.sortedKeys() {
			w := c.lang.world(c.rule, c.sheet.keys[key])
			w.env[fieldKey] = int(key)
			c.hold(w, subject{key: key})
		}
	case PerOperation:
		c.operations(c.lang.world(c.rule, c.sheet.all))
	default:
		c.hold(c.lang.world(c.rule, c.sheet.all), subject{})
	}
	return c.sum()
}

// operations evaluates the rule for each that was OK.
func (c *check) operations(w *world) {
	for i := range c.sheet.records {
		if r := &c.sheet.records[i]; r.outcome == history.OK && c.run.stop == nil {
			c.hold(w, subject{own: r, key: r.Key})
		}
	}
}

// sum is the verdict on all of it.
func (c *check) sum() checkers.Verdict {
	var v checkers.Verdict
	switch {
	case c.doubts > 0:
		v = checkers.Undecide("rule %s: %s%s", c.rule.Name, c.reason, c.more(c.doubts-1))
	case c.run.stop != nil:
		v = checkers.Undecide("rule %s: %s", c.rule.Name, c.words(c.run.stop))
	case c.evaluated == 0:
		v.Reason = fmt.Sprintf("rule %s was evaluated for no operation: none that was ok has all that it asks for", c.rule.Name)
	case c.chosen > 0:
		v.Reason = fmt.Sprintf("rule %s: %s%s", c.rule.Name, c.choice, c.more(c.chosen-1))
	}
	if len(c.violated.Name) > 0 {
		c.violated.Message += c.more(c.others) + "."
		v = checkers.Join(v, checkers.Reject(c.violated))
	}
	return v
}

// more says with how many others it is the same.
func (c *check) more(n int) string {
	if c.rule.Each == PerOperation {
		return workloads.Others(n, "operation")
	}
	return workloads.Others(n, c.lang.noun())
}

// subject is what a rule is evaluated for: an object, an operation, or neither.
type subject struct {
	key uint64
	own *record
}

// hold evaluates the rule once, and keeps what is wrong.
func (c *check) hold(w *world, of subject) {
	held, err := c.holds(w, of)
	var passed passedOverError
	if errors.As(err, &passed) {
		return
	}
	c.evaluated++
	switch {
	case err != nil:
		if c.doubts++; c.doubts == 1 {
			c.reason = c.place(of) + c.words(err)
		}
	case held:
	case c.violated.Name != "":
		c.others++
	default:
		c.violated = c.anomaly(w, of)
	}
}

// holds says whether the rule holds for one choice, or why nobody knows.
func (c *check) holds(w *world, of subject) (bool, error) {
	if lacking := c.rule.lacking(c.lang, w.scope, c.sheet.early); lacking != "" {
		return false, errors.New(lacking)
	}
	c.run.own = of.own
	if w.states == nil {
		w.base(c.run)
	}
	held, doubt := c.inState(w, w.states[0])
	var passed passedOverError
	if held || errors.As(doubt, &passed) {
		return held, doubt
	}
	w.reach(c.run)
	for _, s := range w.states[1:] {
		held, err := c.inState(w, s)
		if held {
			return c.choose(w, of)
		}
		if doubt == nil {
			doubt = err
		}
	}
	return false, c.doubt(w, doubt)
}

// inState says whether the rule holds for one choice.
func (c *check) inState(w *world, s state) (bool, error) {
	c.run.folds = s.folds
	v, err := c.run.eval(c.rule.program, w.lists(s))
	if err != nil {
		return false, err
	}
	held, ok := v.(bool)
	if !ok {
		return false, fmt.Errorf("it is %s, and neither true nor false", show(v))
	}
	return held, nil
}

// words says why a rule could not be evaluated.
func (c *check) words(err error) string {
	var wrong *file.Error
	if errors.As(err, &wrong) {
		message, _, _ := strings.Cut(wrong.Message, "\n")
		return fmt.Sprintf("%s: %s", place(c.rule.Holds, wrong), message)
	}
	var s stoppedError
	if errors.As(err, &s) {
		return fmt.Sprintf("it was not evaluated to its end: %v", s.error)
	}
	return err.Error()
}
