package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest asks whether a name that is like the wrong one was meant, or tells all if there are few.
func Nearest(wrong string, names []string) string { return nearestHint(wrong, names) }

// nearestHint asks whether a name that is like the wrong one was meant, or tells all if there are few.
func nearestHint(wrong string, names []string) string {
	best, least := "", min(max(2, len(wrong)/3)+1, len(wrong)) // a name of which every letter is another is not like it
	for _, name := range names {
		d := levenshtein.ComputeDistance(strings.ToLower(wrong), strings.ToLower(name))
		if d < least || d == least && best != "" && len(name) == len(wrong) && len(best) != len(wrong) {
			best, least = name, d
		}
	}
	switch {
	case best != "":
		return fmt.Sprintf("did you mean %q?", best)
	case len(names) == 0 || len(names) > mostTold:
		return ""
	}
	return "there are " + strings.Join(names, ", ")
}

const mostTold = 16

// fieldNames are all that may stand in a file as a field.
func fieldNames() []string {
	var names []string
	for _, t := range []any{File{}, TLS{}, Dependency{}, Strategy{}, Request{}, Operation{}, Type{}, Rule{}} {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(t)) {
			names = append(names, f.Tag.Get("yaml"))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
