package spec

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/theory/jsonpath"

	"github.com/lostupdate/stress/service/words"
)

// Mapping takes a value of the output from an answer.
type Mapping struct {
	Name string
	Type words.Type
	path *jsonpath.Path // RFC 9535, of what begins with $
	keys []string       // of a path that is nothing but names of members; nil of another
	text Text           // of what has ${…} in it
	set  any            // of anything else
	from string         // as the file has it
}

// compileMappings reads which values of an answer are which of the output.
func compileMappings(output map[string]any, word words.Operation, result string, scope Scope) ([]Mapping, error) {
	var all []Mapping
	tells := word.Tells(result)
	for _, name := range slices.Sorted(maps.Keys(output)) {
		i := slices.IndexFunc(tells, func(w words.Word) bool { return w.Name == name })
		switch {
		case i < 0 && result == "":
			return nil, fmt.Errorf("%s has no output %q; %s", word.Name, name, nearestHint(name, namesOf(tells)))
		case i < 0:
			return nil, fmt.Errorf("an answer to %s that is %s tells no %q; %s", word.Name, result, name, leave(namesOf(tells)))
		}
		m, err := compileMapping(tells[i], output[name], scope)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, m)
	}
	if result != "" {
		return all, nil
	}
	for _, w := range word.Outputs {
		if _, told := output[w.Name]; w.Required && !told {
			return nil, fmt.Errorf("an answer to %s must tell %s, %s; say where, such as %s: $.%s", word.Name, w.Name, w.About,
				w.Name, w.Name)
		}
	}
	if name, without, found := word.Alone(slices.Collect(maps.Keys(output))); found {
		return nil, fmt.Errorf("%s is not looked at without %s; say where that is, or leave %s out", name, without, name)
	}
	return all, nil
}

// leave says which outputs there may be, or that there are none.
func leave(names []string) string {
	if len(names) == 0 {
		return "leave output out"
	}
	return "it may tell " + strings.Join(names, ", ")
}

func namesOf(all []words.Word) []string {
	names := make([]string, len(all))
	for i, w := range all {
		names[i] = w.Name
	}
	return names
}

func compileMapping(w words.Word, from any, scope Scope) (m Mapping, err error) {
	m = Mapping{Name: w.Name, Type: w.Type, from: fmt.Sprint(from)}
	text, isText := from.(string)
	switch {
	case isText && strings.HasPrefix(text, "$") && !strings.HasPrefix(text, "${"):
		if m.path, err = jsonpath.Parse(text); namesForm.MatchString(text) {
			m.keys = strings.Split(text, ".")[1:]
		}
	case isText && strings.Contains(text, "${"):
		m.text, err = compileText(text, scope)
	default:
		m.set, err = convert(from, w.Type)
	}
	return m, err
}

// namesForm is a path that is nothing but names of members, such as $.wallet.balance, as nearly all are.
var namesForm = regexp.MustCompile(`^\$(\.[A-Za-z_][A-Za-z0-9_]*)+$`)

// member follows the names through objects.
func (m Mapping) member(body any) (v any, found bool) {
	for _, key := range m.keys {
		object, ok := body.(map[string]any)
		if !ok {
			return nil, false
		}
		if body, ok = object[key]; !ok {
			return nil, false
		}
	}
	return body, true
}

// unordered reports whether what the path finds are members of an object, and not items of a list.
func (m Mapping) unordered(body any) bool {
	first := ""
	for i, node := range m.path.SelectLocated(body) {
		at := itemForm.ReplaceAllString(node.Path.String(), "[]")
		if i > 0 && at != first {
			return true
		}
		first = at
	}
	return false
}

// itemForm is an item's number in a normalized path of RFC 9535.
var itemForm = regexp.MustCompile(`\[\d+\]`)

// Value takes the value from an answer, whose body, status and headers are in the scope.
func (m Mapping) Value(scope Scope) (any, error) {
	v := m.set
	switch {
	case m.keys != nil:
		var found bool
		if v, found = m.member(scope["body"]); !found {
			return nil, fmt.Errorf("no %s in the answer", m.from)
		}
	case m.path != nil:
		found := m.path.Select(scope["body"])
		if len(found) == 0 {
			return nil, fmt.Errorf("no %s in the answer", m.from)
		}
		if len(found) > 1 && m.unordered(scope["body"]) {
			return nil, fmt.Errorf("%s finds members of an object, which have no order: name a list", m.from)
		}
		if v = found[0]; len(found) > 1 || m.listOfOne(v) {
			v = []any(found)
		}
	case m.text.pieces != nil:
		var err error
		if v, err = m.text.Value(scope); err != nil {
			return nil, err
		}
	}
	v, err := convert(v, m.Type)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.from, err)
	}
	return v, nil
}

// listOfOne reports whether the only value that a path such as $.wallets[*].balance has found is a list of that one value.
func (m Mapping) listOfOne(v any) bool {
	_, isList := v.([]any)
	return m.Type == words.Ints && !isList && m.path.Query().Singular() == nil
}

// convert makes a value one of the type, without a loss. Whole numbers may be given as texts, as JSON has those that are too
// large for a double.
func convert(v any, to words.Type) (any, error) {
	switch to {
	case words.Int:
		return whole(v)
	case words.Bool:
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case words.Ints:
		list, ok := v.([]any)
		if !ok {
			break
		}
		numbers := make([]int64, len(list))
		for i := range list {
			n, err := whole(list[i])
			if err != nil {
				return nil, err
			}
			numbers[i] = n
		}
		return numbers, nil
	case words.ID, words.Token:
		s, ok := v.(string)
		switch {
		case ok && s == "" && to == words.Token: // a request with it would be about something else, or all
			return nil, errors.New("it is empty")
		case ok:
			return s, nil
		}
		return whole(v)
	case "":
		return v, nil
	}
	return nil, fmt.Errorf("%s is no %s", shown(v), to)
}

// exact is the end of the whole numbers that a double has every one of.
const exact = 1 << 53

func whole(v any) (int64, error) {
	switch n := v.(type) {
	case int:
		return int64(n), nil
	case int64:
		return n, nil
	case uint64:
		if n <= math.MaxInt64 {
			return int64(n), nil
		}
	case float64:
		if n == math.Trunc(n) && math.Abs(n) <= exact {
			return int64(n), nil
		}
	case string:
		if i, err := strconv.ParseInt(n, 10, 64); err == nil {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%s is no %s", shown(v), words.Int)
}
