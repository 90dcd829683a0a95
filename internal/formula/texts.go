package formula

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/vm/runtime"
)

func add(a, b any) (any, error) {
	x, _ := a.(string)
	y, _ := b.(string)
	if len(x)+len(y) > mostText {
		return nil, errText
	}
	return runtime.Add(a, b), nil
}

func text(args ...any) (any, error) {
	if s, is := args[0].(string); is {
		return s, nil
	}
	if size(reflect.ValueOf(args[0]), 0, mostText) > mostText {
		return nil, errText
	}
	return fmt.Sprint(args[0]), nil
}

func toJSON(args ...any) (any, error) {
	if size(reflect.ValueOf(args[0]), 0, mostText) > mostText {
		return nil, errText
	}
	b, err := json.MarshalIndent(args[0], "", "  ")
	return string(b), err
}

// size is how long a value in JSON is, roughly and without what is escaped; it stops above a limit. Depth is that of the
// value.
func size(v reflect.Value, depth, limit int) int {
	n := 8 + 2*depth
	switch v.Kind() { //nolint:exhaustive // all others are small
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			return size(v.Elem(), depth, limit)
		}
	case reflect.String:
		n += v.Len()
	case reflect.Slice, reflect.Array:
		for i := 0; i < v.Len() && n <= limit; i++ {
			n += size(v.Index(i), depth+1, limit-n)
		}
	case reflect.Map:
		for all := v.MapRange(); n <= limit && all.Next(); {
			n += size(all.Key(), depth+1, limit-n) + size(all.Value(), depth+1, limit-n)
		}
	}
	return n
}

func toBase64(args ...any) (any, error) {
	s, is := args[0].(string)
	switch {
	case !is:
		return nil, fmt.Errorf("toBase64 is of texts, not of %T", args[0])
	case base64.StdEncoding.EncodedLen(len(s)) > mostText:
		return nil, errText
	}
	return base64.StdEncoding.EncodeToString([]byte(s)), nil
}

func join(args ...any) (any, error) {
	glue := ""
	if len(args) == 2 {
		glue, _ = args[1].(string)
	}
	var parts []string
	switch list := args[0].(type) {
	case []string:
		parts = list
	case []any:
		for _, v := range list {
			s, is := v.(string)
			if !is {
				return nil, fmt.Errorf("join is of texts, and one of these is %T", v)
			}
			parts = append(parts, s)
		}
	default:
		return nil, fmt.Errorf("join is of lists, not of %T", list)
	}
	n := 0
	for _, s := range parts {
		if n += len(s) + len(glue); n > mostText {
			return nil, errText
		}
	}
	return strings.Join(parts, glue), nil
}

func replace(args ...any) (any, error) {
	var texts [3]string
	for i := range texts {
		s, is := args[i].(string)
		if !is {
			return nil, fmt.Errorf("replace is of texts, not of %T", args[i])
		}
		texts[i] = s
	}
	times := -1
	if len(args) == 4 {
		n, err := strconv.Atoi(fmt.Sprint(args[3]))
		if err != nil {
			return nil, errors.New("replace takes the number of times as a whole number")
		}
		times = n
	}
	found := strings.Count(texts[0], texts[1])
	if times >= 0 {
		found = min(found, times)
	}
	if len(texts[0])+found*max(0, len(texts[2])-len(texts[1])) > mostText {
		return nil, errText
	}
	return strings.Replace(texts[0], texts[1], texts[2], times), nil
}

func repeat(args ...any) (any, error) {
	s, is := args[0].(string)
	n, err := strconv.Atoi(fmt.Sprint(args[1]))
	switch {
	case !is || err != nil || n < 0:
		return nil, errors.New("repeat takes a text, and how often as a whole number of 0 or more")
	case n > 0 && len(s) > mostText/n:
		return nil, errText
	}
	return strings.Repeat(s, n), nil
}
