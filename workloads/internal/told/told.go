// Package told lets a test run what is itself a test, and look at how it fails.
package told

import (
	"fmt"
	"testing"

	"github.com/lostupdate/stress/harness"
)

// tb is a harness.TB that writes down what it is told.
type tb struct {
	*testing.T
	errors []string
}

func (t *tb) Errorf(format string, args ...any) {
	t.errors = append(t.errors, fmt.Sprintf(format, args...))
}

// By gives the errors with which test fails. They are not t's.
func By(t *testing.T, test func(tb harness.TB)) []string {
	t.Helper()
	fake := &tb{T: t}
	test(fake)
	return fake.errors
}
