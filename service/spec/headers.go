package spec

import (
	"fmt"
	"net/textproto"
	"regexp"
	"slices"
)

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
