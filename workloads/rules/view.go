package rules

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/history"
	"github.com/lostupdate/stress/internal/exact"
)

// ViewOf shows the operations of any workload to rules: what its class says, and the fields of inputs and outputs by the names
// that they have in JSON, those left out of JSON because they are zero among them. An input or output that is no struct is one
// field, value.
func ViewOf[I, O any](class func(in I) harness.Class) func(op *history.Op[I, O]) View {
	in, out := newStructure(reflect.TypeFor[I]()), newStructure(reflect.TypeFor[O]())
	return func(op *history.Op[I, O]) View {
		c := class(op.Input)
		v := View{Kind: c.Kind, Key: c.Key, Whole: c.Whole, ReadOnly: c.ReadOnly, Fields: in.values(op.Input)}
		if op.Outcome == history.OK {
			v.Outputs = out.values(op.Output)
		}
		return v
	}
}

// FieldsOf are the names of the fields that [ViewOf] gives of an input or output of type T.
func FieldsOf[T any]() []string {
	s := newStructure(reflect.TypeFor[T]())
	if s.whole {
		return []string{valueField}
	}
	names := make([]string, len(s.fields))
	for i, f := range s.fields {
		names[i] = f.name
	}
	return names
}

// valueField is the only field of what is no struct.
const valueField = "value"

// structure is how a type looks in JSON.
type structure struct {
	whole  bool // it is no struct, or writes itself in another way
	fields []structField
}

type structField struct {
	name  string
	index []int
}

func newStructure(t reflect.Type) structure {
	if t.Kind() != reflect.Struct || t.Implements(reflect.TypeFor[json.Marshaler]()) ||
		t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return structure{whole: true}
	}
	var s structure
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" || f.Anonymous && name == "" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		s.fields = append(s.fields, structField{name, f.Index})
	}
	return s
}

func (s structure) values(x any) map[string]any {
	v := reflect.ValueOf(x)
	if s.whole {
		return map[string]any{valueField: value(v)}
	}
	out := make(map[string]any, len(s.fields))
	for _, f := range s.fields {
		if field, err := v.FieldByIndexErr(f.index); err == nil {
			out[f.name] = value(field)
		}
	}
	return out
}

// value is a value as JSON has it, with whole numbers as they are. It is nil where JSON has null.
func value(v reflect.Value) any {
	if !v.IsValid() {
		return nil
	}
	switch m := v.Interface().(type) {
	case json.Marshaler:
		return decoded(m)
	case encoding.TextMarshaler:
		text, err := m.MarshalText()
		if err != nil {
			return nil
		}
		return string(text)
	}
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return v.Uint()
	case reflect.Float32, reflect.Float64:
		return v.Float()
	case reflect.String:
		return v.String()
	}
	return inner(v)
}

// inner is value for what has others in it.
func inner(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return value(v.Elem())
	case reflect.Struct:
		return newStructure(v.Type()).values(v.Interface())
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return decoded(v.Interface())
		}
		out := make([]any, v.Len())
		for i := range out {
			out[i] = value(v.Index(i))
		}
		return out
	}
	return decoded(v.Interface())
}

// decoded is what JSON gives back.
func decoded(x any) any {
	text, err := json.Marshal(x)
	if err != nil {
		return nil
	}
	v, err := Decode(text)
	if err != nil {
		return nil
	}
	return v
}

// Decode reads a value from JSON, with its numbers as [exact.Value] has them.
func Decode(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("a value in JSON: %w", err)
	}
	return exact.Value(v), nil
}
