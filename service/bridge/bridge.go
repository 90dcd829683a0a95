// Package bridge tells the operations of a workload in words to a service, and makes outputs of what it answers.
package bridge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// Bridge is how a workload's operations are told in words; see package words.
type Bridge[I, O any] struct {
	// Inputs adds the values of an operation by their names, and gives the operation's name.
	Inputs func(in I, to map[string]any) (operation string)
	// Output makes an output of its values.
	Output func(values map[string]any) (O, error)
}

// JSON tells a workload's operations by the names that inputs and outputs have in JSON, of which "op" is the
// operation's. I must be a struct.
func JSON[I, O any]() Bridge[I, O] {
	fields := fieldsOf(reflect.TypeFor[I]())
	return Bridge[I, O]{
		Inputs: func(in I, to map[string]any) (operation string) {
			v := reflect.ValueOf(in)
			for _, f := range fields {
				value := v.Field(f.index)
				switch {
				case f.name == "op":
					operation = nameOf(value.Interface())
				case value.CanInt():
					to[f.name] = value.Int()
				default:
					to[f.name] = value.Interface()
				}
			}
			return operation
		},
		Output: decode[O](),
	}
}

func nameOf(kind any) string {
	if s, ok := kind.(fmt.Stringer); ok {
		return s.String()
	}
	return fmt.Sprint(kind)
}

type field struct {
	name  string
	index int
}

func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "" && name != "-" {
			fields = append(fields, field{name, i})
		}
	}
	return fields
}

// decode makes outputs of their values.
func decode[O any]() func(values map[string]any) (O, error) {
	places := map[string]int{}
	if t := reflect.TypeFor[O](); t.Kind() == reflect.Struct {
		for _, f := range fieldsOf(t) {
			places[f.name] = f.index
		}
	}
	return func(values map[string]any) (out O, err error) {
		to := reflect.ValueOf(&out).Elem()
		for name, value := range values {
			if at, there := places[name]; !there || !put(to.Field(at), value) {
				return unmarshal[O](values)
			}
		}
		return out, nil
	}
}

// put sets a field to a number, or to true or false, and reports whether the value is one for it. Nearly all outputs are made of
// those, and to write JSON and to read it again takes many times as long.
func put(field reflect.Value, value any) bool {
	switch to := field.Addr().Interface().(type) {
	case *int64:
		n, ok := value.(int64)
		*to = n
		return ok
	case *bool:
		b, ok := value.(bool)
		*to = b
		return ok
	}
	return false
}

// unmarshal makes an output of its values by their names in JSON.
func unmarshal[O any](values map[string]any) (out O, err error) {
	text, err := json.Marshal(values)
	if err != nil {
		return out, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err = d.Decode(&out)
	return out, err
}
