package main

import (
	"errors"
	"strings"
)

// severalError is what went wrong with some of several things, each of which was tried.
type severalError []error

// several joins errors; one alone is itself.
func several(all []error) error {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return severalError(all)
}

// Error gives each error a line, and each line the beginning that all lines of errors have.
func (e severalError) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\nstress: ")
}

func (e severalError) Unwrap() []error { return e }

// code is the highest of the exit codes: what failed outranks what was said wrongly.
func (e severalError) code() int {
	highest := exitValid
	for _, err := range e {
		highest = max(highest, exitCode(err))
	}
	return highest
}

// severalIn finds the errors that were joined.
func severalIn(err error) (severalError, bool) {
	var all severalError
	ok := errors.As(err, &all)
	return all, ok
}
