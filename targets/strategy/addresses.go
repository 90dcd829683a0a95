package strategy

import (
	"strings"
	"unicode"
)

// Addresses takes a DSN of two addresses apart at the last white space. What is before it may have white space itself, and is
// empty where there is but one address.
func Addresses(dsn string) (first, last string) {
	dsn = strings.TrimSpace(dsn)
	i := strings.LastIndexFunc(dsn, unicode.IsSpace)
	if i < 0 {
		return "", dsn
	}
	return strings.TrimSpace(dsn[:i]), strings.TrimSpace(dsn[i:])
}

// Both has two addresses of which neither has white space in it checked by a function, and reports whether there are two.
// Its error is that of the first that is wrong.
func Both(dsn string, check func(string) error) (two bool, err error) {
	first, last := Addresses(dsn)
	if first == "" || strings.ContainsFunc(first, unicode.IsSpace) {
		return false, nil
	}
	if err := check(first); err != nil {
		return true, err
	}
	return true, check(last)
}
