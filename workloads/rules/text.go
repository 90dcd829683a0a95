package rules

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// mostText bounds the texts that are put together, in bytes: a loop could double one for ever.
const mostText = 1 << 20

var errText = errors.New("a text grows too long")

// text is string.
func text(r *run, args []any) (any, error) {
	var b strings.Builder
	err := r.write(&b, args[0], 0)
	if err == nil {
		err = r.grow(b.Len() / textPerElement)
	}
	return b.String(), err
}

// cased is lower or upper.
func cased(name string, change func(s string) string) function {
	return func(r *run, args []any) (any, error) {
		s, ok := args[0].(string)
		if !ok {
			return nil, fmt.Errorf("%s is of texts, not of %s", name, show(args[0]))
		}
		return change(s), r.grow(len(s) / textPerElement)
	}
}

func (r *run) write(b *strings.Builder, x any, depth int) error {
	err := r.step()
	switch {
	case err != nil:
		return err
	case depth > mostDepth:
		return errDeep
	case b.Len() > mostText:
		return errText
	}
	switch x := x.(type) {
	case decimal:
		text, exact := x.text()
		if !exact {
			return errRounded
		}
		b.WriteString(text)
		return nil
	case *record:
		return fmt.Errorf("%s has no text", show(x))
	}
	v := reflect.ValueOf(x)
	switch v.Kind() {
	case reflect.Slice:
		return r.writeAll(b, "[", v.Len(), func(i int) error { return r.write(b, v.Index(i).Interface(), depth+1) })
	case reflect.Map:
		keys := sortedKeys(v)
		return r.writeAll(b, "map[", len(keys), func(i int) error {
			if err := r.write(b, keys[i].Interface(), depth+1); err != nil {
				return err
			}
			b.WriteByte(':')
			return r.write(b, v.MapIndex(keys[i]).Interface(), depth+1)
		})
	}
	fmt.Fprint(b, x)
	return nil
}

func (r *run) writeAll(b *strings.Builder, begin string, n int, one func(i int) error) error {
	b.WriteString(begin)
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		if err := one(i); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}
