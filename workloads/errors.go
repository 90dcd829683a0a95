package workloads

import (
	"errors"
	"slices"
)

// IsOneOf says whether the error is one of those, by errors.Is.
func IsOneOf(err error, those []error) bool {
	return slices.ContainsFunc(those, func(e error) bool { return errors.Is(err, e) })
}
