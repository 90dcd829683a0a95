package spec

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
)

// Body is what a request carries.
type Body struct {
	Type string   // its content type, or "" if the headers must say it
	text *Text    // of a body that is sent as it is
	form []field  // of a form
	json template // of anything else
}

// field is a name with a text.
type field struct {
	name string
	text Text
}

// compileBody reads a body: a text is sent as it is, all else as JSON.
func compileBody(body any, scope Scope) (*Body, error) {
	if text, isText := body.(string); isText {
		t, err := compileText(text, scope)
		return &Body{text: &t}, err
	}
	b := &Body{Type: "application/json"}
	err := b.json.add(body, scope)
	return b, err
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

// Append writes the body.
func (b *Body) Append(to []byte, scope Scope) ([]byte, error) {
	switch {
	case b.form != nil:
		form, err := b.encodeForm(scope)
		return append(to, form...), err
	case b.text != nil:
		text, err := b.text.String(scope)
		return append(to, text...), err
	}
	return b.json.append(to, scope)
}

func (b *Body) encodeForm(scope Scope) (string, error) {
	values := url.Values{}
	for _, f := range b.form {
		s, err := f.text.String(scope)
		if err != nil {
			return "", err
		}
		values.Set(f.name, s)
	}
	return values.Encode(), nil
}
