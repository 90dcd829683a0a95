package spec

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// leastSecret is the length from which on a secret is taken out of texts: shorter ones are parts of words.
const leastSecret = 4

// forms are the texts as which secrets may appear, with what stands for each. They are looked up rather than gone through, since
// there may be a token for each of very many objects.
type forms struct {
	labels  map[string]string
	numbers map[string]bool // those that are no part of a longer number
	first   [256]bool       // what they begin with
	starts  map[string]bool // and more of that, leastSecret bytes
	sizes   []int           // how long they are, long ones first, which may have others in them
}

func newForms() *forms {
	return &forms{labels: map[string]string{}, numbers: map[string]bool{}, starts: map[string]bool{}}
}

// forms are those of what was kept for each object.
func (k kept) forms(values []any) *forms {
	f := newForms()
	for i, v := range values {
		f.addKept(k, v, fmt.Sprintf("${%s[%d]}", k.name, i))
	}
	return f
}

func (f *forms) addKept(k kept, v any, label string) {
	text, number := k.form(v)
	f.add(text, label, number)
}

// add adds the forms in which an answer may repeat a value.
func (f *forms) add(value, label string, number bool) {
	quoted, _ := json.Marshal(value) // a text always can be
	for _, form := range []string{
		value, url.QueryEscape(value), url.PathEscape(value), strings.Trim(string(quoted), `"`),
		strings.Join(strings.Fields(value), " "),
	} {
		if _, there := f.labels[form]; there || len(form) < leastSecret {
			continue
		}
		f.labels[form], f.first[form[0]], f.starts[form[:leastSecret]] = label, true, true
		if number {
			f.numbers[form] = true
		}
		at, there := slices.BinarySearchFunc(f.sizes, len(form), func(a, b int) int { return b - a })
		if !there {
			f.sizes = slices.Insert(f.sizes, at, len(form))
		}
	}
}

// at gives the size of the longest form that begins at a place of a text, or 0, and what stands for it.
func (f *forms) at(text string, i int) (size int, label string) {
	if len(text)-i < leastSecret || !f.first[text[i]] || !f.starts[text[i:i+leastSecret]] {
		return 0, ""
	}
	for _, size := range f.sizes {
		end := i + size
		if end > len(text) {
			continue
		}
		label, there := f.labels[text[i:end]]
		if !there || f.numbers[text[i:end]] && (i > 0 && isDigit(text[i-1]) || end < len(text) && isDigit(text[end])) {
			continue
		}
		return size, label
	}
	return 0, ""
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// longest is at for several.
func longest(text string, i int, all []*forms) (size int, label string) {
	for _, f := range all {
		if n, l := f.at(text, i); n > size {
			size, label = n, l
		}
	}
	return size, label
}

// replace puts what stands for secrets in their place. Of two that overlap nothing is left.
func replace(text string, all []*forms) string {
	if len(all) == 0 {
		return text
	}
	var b strings.Builder
	done := 0
	for i := 0; i < len(text); i++ {
		size, label := longest(text, i, all)
		if size == 0 {
			continue
		}
		b.WriteString(text[done:i] + label)
		end := i + size
		for j := i + 1; j < end; j++ {
			if n, other := longest(text, j, all); j+n > end {
				b.WriteString(other)
				end = j + n
			}
		}
		done, i = end, end-1
	}
	if done == 0 {
		return text
	}
	return b.String() + text[done:]
}
