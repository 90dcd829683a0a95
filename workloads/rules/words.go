package rules

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/lostupdate/stress/checkers"
)

const (
	// mostFinals and mostOthers bound the operations that a violation names: all of them would prove no more.
	mostFinals = 64
	mostOthers = 16
	// mostValues is how many values an explanation gives beside the two sides.
	mostValues = 6
	// mostShown is how long the text of a field may be, in bytes, that an explanation repeats.
	mostShown = 60
)

// anomaly explains a violation in one line, with the values of the choice that no operation of unknown outcome took effect.
func (c *check) anomaly(w *world, of subject) checkers.Anomaly {
	a := checkers.Anomaly{Name: c.rule.Anomaly, Ops: c.evidence(w, of)}
	if a.Name == "" {
		a.Name = checkers.BrokenInvariant
	}
	if c.rule.Each == PerKey || of.own != nil && !of.own.Whole {
		a.Object = c.lang.object(of.key)
	}
	a.Message = fmt.Sprintf("%s: %s%s does not hold", c.rule.Name, c.place(of), strings.Join(strings.Fields(c.rule.Holds), " "))
	values := c.values(w, of)
	n := w.count()
	switch {
	case n > 0 && values != "":
		a.Message += fmt.Sprintf(", whatever became of %s of unknown outcome: without %s %s", those(n), them(n), values)
	case n > 0:
		a.Message += fmt.Sprintf(", whatever became of %s of unknown outcome", those(n))
	case values != "":
		a.Message += ": " + values
	}
	return a
}

// place names what the rule was evaluated for, before a sentence.
func (c *check) place(of subject) string {
	switch {
	case of.own != nil && of.own.Whole:
		return fmt.Sprintf("for operation #%d, %s, ", of.own.place, of.own.Kind)
	case of.own != nil:
		return fmt.Sprintf("for operation #%d, %s on %s, ", of.own.place, of.own.Kind, c.lang.object(of.key))
	case c.rule.Each == PerKey:
		return fmt.Sprintf("for %s, ", c.lang.object(of.key))
	}
	return ""
}

// values tells the two sides of a comparison, or which of a list is not as all should be, and the sums that are in it.
func (c *check) values(w *world, of subject) string {
	var told []string
	c.run.own, c.run.folds = of.own, w.states[0].folds
	r := c.rule
	if r.left != nil {
		left, right := orError(c.run.eval(r.left.program, w.env)), orError(c.run.eval(r.right.program, w.env))
		told = append(told, fmt.Sprintf("left is %s, right is %s%s", show(left), show(right), difference(r.operator, left, right)))
	}
	if r.left == nil && of.own != nil {
		told = append(told, r.asked(of.own)...)
	}
	if one := c.culprit(w); one != nil {
		with := r.asked(one)
		if len(with) > 0 {
			with[0] = ", whose " + with[0]
		}
		told = append(told, fmt.Sprintf("operation #%d, %s%s, is the first for which it is false", one.place, one.Kind,
			strings.Join(with, " and ")))
	}
	for i, f := range r.folds {
		_, failed := w.states[0].folds[i].(error)
		side := r.left != nil && (f.text == r.left.text || f.text == r.right.text)
		if !failed && !side && len(told) < mostValues {
			told = append(told, fmt.Sprintf("%s is %s", f.text, show(w.states[0].folds[i])))
		}
	}
	return strings.Join(told, "; ")
}

// culprit is the first operation that is not as all of a list should be.
func (c *check) culprit(w *world) *record {
	if c.rule.every == nil {
		return nil
	}
	place, err := c.run.eval(c.rule.every.program, w.env)
	i, ok := place.(int)
	list := w.scope.kinds[c.rule.everyList.kind].of(c.rule.everyList.of)
	if err != nil || !ok || i < 0 || i >= len(list) {
		return nil
	}
	return list[i].(*record)
}

// difference says by how much one side is wrong.
func difference(operator string, left, right any) string {
	l, lok := left.(int)
	r, rok := right.(int)
	if !lok || !rok {
		return ""
	}
	d, err := exactly("-", l, r)
	n, _ := d.(int)
	switch {
	case err != nil || n == 0 || n == math.MinInt || operator == "!=":
		return ""
	case n > 0:
		return fmt.Sprintf(" (%s too much)", number(n))
	}
	return fmt.Sprintf(" (%s too little)", number(-n))
}

// evidence is the operations that prove a violation.
func (c *check) evidence(w *world, of subject) []int {
	var ops, finals, others []int
	if of.own != nil {
		ops = append(ops, of.own.place)
	}
	c.run.own, c.run.folds = of.own, w.states[0].folds
	if one := c.culprit(w); one != nil {
		ops = append(ops, one.place)
	}
	for _, l := range c.rule.lists {
		for _, r := range w.scope.kinds[l.kind].of(l.of) {
			if l.of == final {
				finals = append(finals, r.(*record).place)
			} else {
				others = append(others, r.(*record).place)
			}
		}
	}
	slices.Sort(finals)
	ops = append(ops, finals[:min(len(finals), mostFinals)]...)
	if len(others) <= mostOthers {
		ops = append(ops, others...)
	}
	slices.Sort(ops)
	return slices.Compact(ops)
}

func operations(n int) string {
	if n == 1 {
		return "1 operation"
	}
	return number(n) + " operations"
}

func those(n int) string { return "the " + operations(n) }

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// show tells a value.
func show(x any) string {
	switch x := x.(type) {
	case nil:
		return "nothing"
	case error:
		return "unknown"
	case int:
		return number(x)
	case decimal:
		text, _ := x.text()
		return text
	case string:
		return strconv.Quote(x)
	case *record:
		return fmt.Sprintf("operation #%d", x.place)
	}
	if v := reflect.ValueOf(x); v.Kind() == reflect.Slice || v.Kind() == reflect.Map {
		return fmt.Sprintf("a list of %s", number(v.Len()))
	}
	return fmt.Sprint(x)
}

// number writes a whole number with commas: "3,400".
func number(n int) string {
	sign, digits := "", strconv.Itoa(n)
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var groups []string
	for len(digits) > 3 {
		groups = append(groups, digits[len(digits)-3:])
		digits = digits[:len(digits)-3]
	}
	groups = append(groups, digits)
	slices.Reverse(groups)
	return sign + strings.Join(groups, ",")
}

// asked are the fields of an operation that a rule names, with their values; lists and long texts are left out.
func (r *rule) asked(of *record) (told []string) {
	for _, name := range of.kind.fields() {
		value, err := of.field(name)
		if err != nil || value == nil || !regexp.MustCompile(`\b`+regexp.QuoteMeta(name)+`\b`).MatchString(r.Holds) {
			continue
		}
		if text := show(value); len(text) <= mostShown && reflect.ValueOf(value).Kind() != reflect.Slice && len(told) < mostValues {
			told = append(told, name+" is "+text)
		}
	}
	return told
}
