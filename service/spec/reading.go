package spec

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lostupdate/stress/history"
)

// Read says what an answer to an operation means: the first of its rules that fits decides, and what fits none is unknown.
// The scope has the operation's values, and what the answer has as status, body and headers. An OK answer that does not tell
// what it must is unknown, with the reason, since what was asked for may have been done.
func (c *Call) Read(status int, scope Scope) (m Meaning, told map[string]any) {
	for i := range c.Answers {
		a := &c.Answers[i]
		fits, err := a.fits(status, scope)
		if err != nil {
			return unreadable(status, err, scope), nil
		}
		if !fits {
			continue
		}
		if told, err = a.told(scope); err != nil {
			return unreadable(status, err, scope), nil
		}
		m = a.Meaning
		if m.Text == "" && m.Outcome != history.OK {
			m.Text = fmt.Sprintf("status %d", status)
		}
		return m, told
	}
	text := fmt.Sprintf("status %d, of which answers says nothing%s", status, Excerpt(scope["body"], scope))
	return Meaning{Outcome: history.Unknown, Text: scope.Hide(text)}, nil
}

// Waits reports whether an answer is not yet the one that the operation waits for.
func (c *Call) Waits(scope Scope) (bool, error) {
	if c.until == nil {
		return false, nil
	}
	v, err := c.until.Run(scope)
	if err != nil {
		return false, fmt.Errorf("until: %s", plainError(err))
	}
	return v != true, nil
}

func unreadable(status int, err error, scope Scope) Meaning {
	return Meaning{Outcome: history.Unknown, Text: scope.Hide(fmt.Sprintf("status %d, but %v", status, err))}
}

// told takes the values from an answer.
func (a *Answer) told(scope Scope) (map[string]any, error) {
	if a.Outcome != history.OK {
		return nil, nil
	}
	told := make(map[string]any, len(a.Output))
	for _, m := range a.Output {
		v, err := m.Value(scope)
		if err != nil {
			return nil, err
		}
		if m.Type == "" { // a text of another type is an identity, of which a number is written down
			v = scope.written(v)
		}
		told[m.Name] = v
	}
	return told, nil
}

// Right reports whether a status is one of success, for a request that is no operation.
func (c *Call) Right(status int) bool {
	return status >= 200 && status <= 299 ||
		slices.ContainsFunc(c.expect, func(r [2]int) bool { return status >= r[0] && status <= r[1] })
}

// mostShown is how much of an answer an error shows.
const mostShown = 120

// Excerpt shows the beginning of an answer that nobody expected.
func Excerpt(body any, scope Scope) string {
	text, isText := body.(string)
	if encoded, err := json.Marshal(body); !isText && err == nil {
		text = string(encoded)
	}
	text = scope.Hide(strings.Join(strings.Fields(text), " ")) // before it is cut: a part of a secret would not be known
	if body == nil || text == "" {
		return ""
	}
	if len(text) > mostShown {
		cut := mostShown
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut] + "…"
	}
	return ": " + text
}

// Label is what a request is called in reports, such as POST /wallets/{wallet}/deduct.
func (c *Call) Label(known Scope) string { return c.Method + " " + c.Target.Label(known) }
