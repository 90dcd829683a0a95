package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/lostupdate/stress/internal/exact"
)

// readJSON reads a text in JSON, with its numbers as [exact.Value] has them; of several members with one name it takes the last.
func readJSON(text []byte) (any, error) {
	if plain(text) && gjson.ValidBytes(text) {
		return value(gjson.ParseBytes(text)), nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, end := d.Token(); !errors.Is(end, io.EOF) {
		return nil, errors.New("something follows its value")
	}
	return exact.Value(v), nil
}

// mostPlain bounds plain texts, in bytes: value looks at what is in a list in a list twice, and so on.
const mostPlain = 16 << 10

// plain reports whether a text is like nearly all answers, which need not be read by what allows for everything, and takes
// several times as long.
func plain(text []byte) bool {
	return len(text) <= mostPlain && bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text)
}

// value gives what is in a plain text that is JSON.
func value(r gjson.Result) any {
	switch {
	case r.Type == gjson.Null:
		return nil
	case r.Type == gjson.Number:
		return exact.Value(json.Number(r.Raw))
	case r.Type == gjson.String:
		return r.Str
	case r.IsBool():
		return r.Bool()
	case r.IsArray():
		items := []any{}
		r.ForEach(func(_, item gjson.Result) bool {
			items = append(items, value(item))
			return true
		})
		return items
	}
	members := map[string]any{}
	r.ForEach(func(name, member gjson.Result) bool {
		members[name.Str] = value(member)
		return true
	})
	return members
}
