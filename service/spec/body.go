package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
)

// Body is what a request carries.
type Body struct {
	Type string  // its content type, or "" if the headers must say it
	tree any     // of Text, map[string]any, []any and values of YAML
	form []field // nil unless it is a form
}

// field is a name with a text.
type field struct {
	name string
	text Text
}

// compileBody reads a body: a text is sent as it is, all else as JSON.
func compileBody(body any, scope Scope) (*Body, error) {
	tree, err := compileTree(body, scope)
	if err != nil {
		return nil, err
	}
	b := &Body{tree: tree}
	if _, isText := tree.(Text); !isText {
		b.Type = "application/json"
	}
	return b, nil
}

// compileTree compiles the texts in a value as YAML has it.
func compileTree(v any, scope Scope) (any, error) {
	switch v := v.(type) {
	case string:
		return compileText(v, scope)
	case []any:
		items := make([]any, len(v))
		for i := range v {
			item, err := compileTree(v[i], scope)
			if err != nil {
				return nil, err
			}
			items[i] = item
		}
		return items, nil
	case map[string]any:
		members := make(map[string]any, len(v))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			member, err := compileTree(v[name], scope)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			members[name] = member
		}
		return members, nil
	}
	return v, nil
}

func compileForm(form map[string]string, scope Scope) (*Body, error) {
	fields, err := compileFields(form, scope)
	return &Body{Type: "application/x-www-form-urlencoded", form: fields}, err
}

// compileFields compiles named texts, in order of their names.
func compileFields(texts map[string]string, scope Scope) ([]field, error) {
	fields := []field{}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		text, err := compileText(texts[name], scope)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		fields = append(fields, field{name, text})
	}
	return fields, nil
}

// Bytes writes the body.
func (b *Body) Bytes(scope Scope) ([]byte, error) {
	if b.form != nil {
		return b.encodeForm(scope)
	}
	if text, ok := b.tree.(Text); ok {
		s, err := text.String(scope)
		return []byte(s), err
	}
	tree, err := fill(b.tree, scope)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(tree); err != nil {
		return nil, fmt.Errorf("writing the body: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

func (b *Body) encodeForm(scope Scope) ([]byte, error) {
	values := url.Values{}
	for _, f := range b.form {
		s, err := f.text.String(scope)
		if err != nil {
			return nil, err
		}
		values.Set(f.name, s)
	}
	return []byte(values.Encode()), nil
}

// fill puts values into a compiled tree.
func fill(tree any, scope Scope) (any, error) {
	switch t := tree.(type) {
	case Text:
		return t.Value(scope)
	case []any:
		items := make([]any, len(t))
		for i := range t {
			item, err := fill(t[i], scope)
			if err != nil {
				return nil, err
			}
			items[i] = item
		}
		return items, nil
	case map[string]any:
		members := make(map[string]any, len(t))
		for name := range t {
			member, err := fill(t[name], scope)
			if err != nil {
				return nil, err
			}
			members[name] = member
		}
		return members, nil
	}
	return tree, nil
}
