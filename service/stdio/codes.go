package stdio

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/lostupdate/stress/harness"
)

// notSupported is the code of a message that a process does not know.
const notSupported = 10

// code is one of the errors that the protocol has, by the numbers of Maelstrom.
type code struct {
	number   int64
	name     string
	definite bool // the operation surely did not happen, and never will
}

// codes are all. Others are indefinite: who does not know an error can't know that nothing happened.
func codes() []code {
	return []code{
		{0, "timeout", false}, {notSupported, "not-supported", true}, {11, "temporarily-unavailable", true},
		{12, "malformed-request", true}, {13, "crash", false}, {14, "abort", true}, {20, "key-does-not-exist", true},
		{21, "key-already-exists", true}, {22, "precondition-failed", true}, {30, "txn-conflict", true},
	}
}

// code is the number of an answer that is an error.
func (a *answer) code() (int64, error) {
	n, ok := a.values["code"].(int64)
	if !ok {
		return 0, a.wrong(`is an error without a "code" that is a whole number, such as 11`)
	}
	return n, nil
}

// failure is the error that an answer tells, harness.ErrNotApplied if its code is definite.
func (a *answer) failure(number int64) error {
	c := code{name: "no code of the protocol"}
	for _, known := range codes() {
		if known.number == number {
			c = known
		}
	}
	err := fmt.Errorf("error %d (%s): %s", number, c.name, cmp.Or(a.text("text"), "no text"))
	if c.definite {
		return harness.NotApplied(err)
	}
	return err
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSuffix(line, ":")
}

// refuse ends all asking, since a message of the process is wrong, and gives the error.
func (p *process) refuse(err error) error {
	err = fmt.Errorf("%s %w", p.name, err)
	p.fail(err)
	return err
}
