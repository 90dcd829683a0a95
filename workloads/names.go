package workloads

import (
	"fmt"
	"slices"
	"strings"
)

// Names are the names of a data type's kinds of operation, by number, as histories and commands have them.
type Names struct {
	Type  string   // e.g. "wallet", for errors
	Kinds []string // e.g. "deposit", "deduct"
}

// String gives the name of a kind, or its number if it has none.
func (n Names) String(kind uint8) string {
	if int(kind) < len(n.Kinds) {
		return n.Kinds[kind]
	}
	return fmt.Sprintf("Kind(%d)", kind)
}

// Marshal gives the name of a kind as text, or an error if it has none.
func (n Names) Marshal(kind uint8) ([]byte, error) {
	if int(kind) < len(n.Kinds) {
		return []byte(n.Kinds[kind]), nil
	}
	return nil, fmt.Errorf("%s: %s has no name", n.Type, n.String(kind))
}

// Parse gives the number of the kind with the name.
func (n Names) Parse(text []byte) (kind uint8, err error) {
	if i := slices.Index(n.Kinds, string(text)); i >= 0 {
		return uint8(i), nil
	}
	return 0, fmt.Errorf("%s: operation %q is none of %s", n.Type, text, strings.Join(n.Kinds, ", "))
}
