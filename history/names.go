package history

import (
	"fmt"
	"slices"
	"strings"
)

// names are the names of an enumeration's values in histories, by number.
type names struct {
	what   string // the type, e.g. "Outcome"
	values []string
}

func (n names) of(value uint8) string {
	if int(value) < len(n.values) {
		return n.values[value]
	}
	return fmt.Sprintf("%s(%d)", n.what, value)
}

func (n names) marshal(value uint8) ([]byte, error) {
	if int(value) < len(n.values) {
		return []byte(n.values[value]), nil
	}
	return nil, fmt.Errorf("history: %s has no name", n.of(value))
}

func (n names) parse(text []byte) (uint8, error) {
	if i := slices.Index(n.values, string(text)); i >= 0 {
		return uint8(i), nil
	}
	return 0, fmt.Errorf("history: %s %q is none of %s", strings.ToLower(n.what), text, strings.Join(n.values, ", "))
}
