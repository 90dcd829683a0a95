package loads

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/lostupdate/stress/history"
)

// Text is what a store of texts is asked for: to get, to put or to append.
type Text struct{ Kind, Key, Value string }

// DoText is one text of the store.
func DoText(state string, in Text) (next, out string) {
	switch in.Kind {
	case "put":
		return in.Value, ""
	case "append":
		return state + in.Value, ""
	default:
		return state, state
	}
}

// Texts reads a log of a key-value store of texts.
func Texts(path string) (*history.History[Text, string], error) {
	all, err := lines(path)
	if err != nil {
		return nil, err
	}
	pattern := regexp.MustCompile(
		`\{:process (\d+), :type :(\w+), :f :(\w+), :key "(.*)", :value (nil|"(.*)")\}`)
	var e events[Text, string]
	for n, line := range all {
		f := pattern.FindStringSubmatch(line)
		if f == nil {
			return nil, fmt.Errorf("%s:%d: no event in %q", path, n+1, line)
		}
		process, err := strconv.Atoi(f[1])
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s:%d: %w", path, n+1, err)
		case f[2] == "invoke":
			e.call(process, Text{f[3], f[4], f[6]})
		case f[3] == "get":
			e.done(process, history.OK, f[6])
		default:
			e.done(process, history.OK, "")
		}
	}
	return &e.h, nil
}
