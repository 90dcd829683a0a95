// Package rules holds histories against rules that are written as expressions: invariants of a data type over what was
// accepted, what was refused, and what is read when everybody has stopped.
//
// An expression is of the language of github.com/expr-lang/expr and sees data alone:
//
//	sum(final.read, .balance) == keys*initial + sum(accepted.deposit, .amount) - sum(accepted.deduct, .amount)
//
// The list accepted.deposit has the operations of this kind that took effect, in the order of their calls; refused.deduct has
// those that were answered by a refusal, and final.read the reads made after everybody had stopped, which are in no other
// list. A kind's name has _ for each -. An element has the fields of its input and output, and client, key, op (its kind) and
// refused. The numbers keys (how many objects there are) and the vocabulary's constants are known by name. Numbers are
// exact, decimals too: what does not fit in 64 bits leaves the rule undecided, and so does a comparison that depends on how a
// number of more than 15 digits was rounded, and anything else that can't be evaluated, or not within bounds.
//
// An operation of unknown outcome may have taken effect, may have been refused, or neither: a rule is violated only if it holds
// for no choice, and valid by one only if that is not too wide: see [Check]. One that touches several objects may have taken
// effect between two final reads, so that a rule on a final read of each object is undecided then, where one on a single final
// read of all objects is not. The lists are in order of call, which is not the order in which operations took effect: a rule
// should not depend on it.
package rules

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lostupdate/stress/checkers"
)

// What a rule is held against.
const (
	// Once is once for the whole history.
	Once = ""
	// PerKey is for each object: the lists have the operations on it alone, those of kinds that touch several objects and change
	// something all of these, and key is its number.
	PerKey = "key"
	// PerOperation is for each operation that was OK: its fields are known by name, and op is its kind. An operation that has
	// not all fields which the rule asks for, or was refused without them, is passed over.
	PerOperation = "operation"
)

// Rule is one invariant.
type Rule struct {
	// Name is the rule's own, such as "conservation". Required, and no two rules share one.
	Name string `json:"name"`
	// Anomaly is what its violation is called, one of [checkers.Meanings]; [checkers.BrokenInvariant] if empty.
	Anomaly string `json:"anomaly,omitempty"`
	// Each says what the rule is held against: [Once], [PerKey] or [PerOperation].
	Each string `json:"each,omitempty"`
	// Holds is the expression, which is true if all is well.
	Holds string `json:"holds"`
}

// Vocabulary is what the expressions of a data type can speak of.
type Vocabulary struct {
	Kinds     []Kind
	Keys      int                     // how many objects there are, 1 and above
	Constants map[string]int64        // e.g. "initial"
	Object    func(key uint64) string // names an object, e.g. "account 2"; "object 2" if nil
	Noun      string                  // what an object is, e.g. "account"; "object" if empty
}

// Kind is one kind of operation.
type Kind struct {
	Name     string   // as histories have it
	ReadOnly bool     // it never changes anything
	Whole    bool     // it touches all objects
	Final    bool     // made for each object, or once if Whole, after everybody has stopped; then it must be ReadOnly
	Inputs   []string // the fields of its input
	Outputs  []string // the fields of its output, which one of unknown outcome does not have
}

// Set is rules that were compiled. It is safe for concurrent use.
type Set struct {
	lang  *language
	rules []*rule
}

// Error is what is wrong with one rule.
type Error struct {
	Name   string
	Number int // from 1
	Err    error
}

// Error tells of which rule it is, and what is wrong, with the column.
func (e *Error) Error() string { return fmt.Sprintf("rule %s: %v", e.Name, e.Err) }

// Unwrap gives what is wrong.
func (e *Error) Unwrap() error { return e.Err }

// Compile makes rules ready to be checked, or says what is wrong with each of them by an [Error].
func Compile(rs []Rule, v Vocabulary) (*Set, error) {
	lang, err := newLanguage(v)
	if err != nil {
		return nil, err
	}
	s := &Set{lang: lang}
	var wrong []error
	seen := map[string]bool{}
	for i, r := range rs {
		if r.Name == "" {
			wrong = append(wrong, &Error{strconv.Itoa(i + 1), i + 1, errors.New("it needs a name")})
			continue
		}
		compiled, err := lang.compile(r)
		switch {
		case seen[r.Name]:
			err = errors.New("another rule has this name")
		case err == nil:
			s.rules = append(s.rules, compiled)
		}
		if err != nil {
			wrong = append(wrong, &Error{r.Name, i + 1, err})
		}
		seen[r.Name] = true
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return s, nil
}

// mostLength bounds the text of an expression, in bytes, and with it how deep its parentheses are.
const mostLength = 10_000

// validate says what is wrong with a rule beside its expression.
func (r Rule) validate() error {
	if !slices.Contains([]string{Once, PerKey, PerOperation}, r.Each) {
		return fmt.Errorf("each is %q, and must be %q, %q or left out", r.Each, PerKey, PerOperation)
	}
	if strings.TrimSpace(r.Holds) == "" {
		return errors.New("holds must have the expression that is true if all is well")
	}
	if len(r.Holds) > mostLength {
		return fmt.Errorf("holds is of %d bytes, and must be of %d at most: make several rules of it", len(r.Holds), mostLength)
	}
	if r.Anomaly == "" {
		return nil
	}
	var names []string
	for _, m := range checkers.Meanings() {
		names = append(names, m.Name)
	}
	if !slices.Contains(names, r.Anomaly) {
		return fmt.Errorf("there is no anomaly %s%s", r.Anomaly, hint(r.Anomaly, names))
	}
	return nil
}
