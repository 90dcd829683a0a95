package spec

import (
	"encoding/json"

	"github.com/lostupdate/stress/service/words"
)

// written gives a value of an answer as it may be written down: as it is, or, if there is a secret in it, with what stands for
// that, marked as such. Of a number that is one only as a whole: digits are in many by chance.
func (s Scope) written(v any) any {
	all := s.secrets()
	if len(all) == 0 {
		return v
	}
	if shown, hid := hideIn(v, all); hid {
		return words.Hidden{Shown: shown}
	}
	return v
}

// hideIn gives a value without what is secret in it, and whether there was anything.
func hideIn(v any, all []*forms) (shown any, hid bool) {
	switch v := v.(type) {
	case string:
		text := replace(v, all)
		return text, text != v
	case int, int64, float64, json.Number:
		text := plain(v)
		if size, label := longest(text, 0, all); size == len(text) && size > 0 {
			return label, true
		}
	case []string:
		return hideIn(boxed(v), all)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			item, h := hideIn(v[i], all)
			list[i], hid = item, hid || h
		}
		return list, hid
	case map[string]any:
		members := make(map[string]any, len(v))
		for name, member := range v {
			m, h := hideIn(member, all)
			shown := replace(name, all)
			members[shown], hid = m, hid || h || shown != name
		}
		return members, hid
	}
	return v, false
}

func boxed(texts []string) []any {
	all := make([]any, len(texts))
	for i := range texts {
		all[i] = texts[i]
	}
	return all
}
