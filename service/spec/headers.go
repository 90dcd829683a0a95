package spec

import (
	"fmt"
	"net/textproto"
	"regexp"
	"slices"
)

// headerForm is the name of a header, as RFC 9110 has it.
var headerForm = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// framing are the headers that say how a request is sent, which follow from its body.
var framing = []string{"Content-Length", "Transfer-Encoding", "Trailer"}

// compileHeaders compiles the headers of a request.
func compileHeaders(texts map[string]string, scope Scope) ([]field, error) {
	fields, err := compileFields(texts, scope)
	for _, f := range fields {
		switch {
		case !headerForm.MatchString(f.name):
			return nil, fmt.Errorf("%q is no name of a header", f.name)
		case slices.Contains(framing, textproto.CanonicalMIMEHeaderKey(f.name)):
			return nil, fmt.Errorf("%s follows from the body, and can't be set: leave it out", f.name)
		}
	}
	return fields, err
}
