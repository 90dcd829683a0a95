package spec

import (
	"fmt"
	"net/textproto"
	"regexp"
	"slices"
	"strings"
)

// Header is one header of a request, its name as the file has it.
type Header struct{ Name, Value string }

// headerForm is the name of a header, as RFC 9110 has it.
var headerForm = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// framing reports whether a header says how a request is sent, which follows from its body.
func framing(name string) bool {
	return slices.Contains([]string{"Content-Length", "Transfer-Encoding", "Trailer"}, textproto.CanonicalMIMEHeaderKey(name))
}

// compileHeaders compiles the headers of a request.
func compileHeaders(texts map[string]string, scope Scope) ([]field, error) {
	fields, err := compileFields(texts, scope)
	for _, f := range fields {
		switch {
		case !headerForm.MatchString(f.name):
			return nil, fmt.Errorf("%q is no name of a header", f.name)
		case framing(f.name):
			return nil, fmt.Errorf("%s follows from the body, and can't be set: leave it out", f.name)
		}
	}
	return fields, err
}

// mergeHeaders gives the headers that a request has: what comes later replaces what came before with the same name.
func mergeHeaders(all ...[]field) []field {
	var merged []field
	for _, f := range slices.Concat(all...) {
		if i := slices.IndexFunc(merged, func(m field) bool { return strings.EqualFold(m.name, f.name) }); i >= 0 {
			merged[i] = f
			continue
		}
		merged = append(merged, f)
	}
	return merged
}

// defaultHeaders are those of a request whose file says nothing else.
func defaultHeaders(b *Body) []field {
	fixed := func(name, value string) field { return field{name, Text{}.literal(value)} }
	fields := []field{fixed("User-Agent", "stress")}
	if b != nil && b.Type != "" {
		fields = append(fields, fixed("Content-Type", b.Type))
	}
	return fields
}

// AppendHeaders adds the headers of a request: those of the service with its own, without those that follow from its body.
func (c *Call) AppendHeaders(to []Header, scope Scope) ([]Header, error) {
	for _, f := range c.headers {
		v, err := f.text.String(scope)
		if err != nil {
			return nil, fmt.Errorf("headers: %s: %w", f.name, err)
		}
		if strings.ContainsFunc(v, unprintable) {
			return nil, fmt.Errorf("headers: %s: the value has a line break or another control character in it", f.name)
		}
		to = append(to, Header{f.name, v})
	}
	return to, nil
}

func unprintable(r rune) bool { return r != '\t' && (r < ' ' || r == 0x7f) }
