package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// template is a value in JSON with places in it: what is the same for all requests is written once.
type template []place

// place is a text in JSON, after which the value of an expression may stand.
type place struct {
	before []byte
	value  *Text
}

// add writes a value as YAML has it at the end.
func (t *template) add(v any, scope Scope) error {
	switch v := v.(type) {
	case string:
		return t.text(v, scope)
	case []any:
		t.literal('[')
		for i := range v {
			if i > 0 {
				t.literal(',')
			}
			if err := t.add(v[i], scope); err != nil {
				return err
			}
		}
		t.literal(']')
		return nil
	case map[string]any:
		return t.object(v, scope)
	}
	return t.constant(v)
}

func (t *template) object(members map[string]any, scope Scope) error {
	t.literal('{')
	for i, name := range slices.Sorted(maps.Keys(members)) {
		if i > 0 {
			t.literal(',')
		}
		if err := t.constant(name); err != nil {
			return err
		}
		t.literal(':')
		if err := t.add(members[name], scope); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	t.literal('}')
	return nil
}

func (t *template) text(source string, scope Scope) error {
	text, err := compileText(source, scope)
	if err != nil {
		return err
	}
	if text.constant() {
		s, err := text.String(nil)
		if err != nil {
			return err
		}
		return t.constant(s)
	}
	t.literal()
	(*t)[len(*t)-1].value = &text
	return nil
}

func (t *template) constant(v any) error {
	b, err := appendJSON(nil, v)
	if err != nil {
		return err
	}
	t.literal(b...)
	return nil
}

// literal writes at the end what is the same for all requests.
func (t *template) literal(b ...byte) {
	if n := len(*t); n == 0 || (*t)[n-1].value != nil {
		*t = append(*t, place{})
	}
	last := &(*t)[len(*t)-1]
	last.before = append(last.before, b...)
}

// append writes the value with what the scope has in its places.
func (t template) append(to []byte, scope Scope) ([]byte, error) {
	for _, p := range t {
		if to = append(to, p.before...); p.value == nil {
			continue
		}
		v, err := p.value.Value(scope)
		if err != nil {
			return nil, err
		}
		if to, err = appendJSON(to, v); err != nil {
			return nil, err
		}
	}
	return to, nil
}

// appendJSON writes a value in JSON. Nearly all are whole numbers.
func appendJSON(to []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case int64:
		return strconv.AppendInt(to, v, 10), nil
	case int:
		return strconv.AppendInt(to, int64(v), 10), nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("writing the body: %w", err)
	}
	return append(to, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...), nil
}
