package web

import (
	"errors"
	"net/url"
	"strings"

	"github.com/lostupdate/stress/service/spec"
)

// request is one as it is sent. It is valid until its link makes the next.
type request struct {
	method  string
	url     *url.URL
	host    string
	headers []spec.Header // but for Host, and for those that follow from the body
	body    []byte
	hasBody bool // it may be empty
}

// request makes a request of a call. What its errors say of an expression may have had a secret in it.
func (l *link) request(call *spec.Call) (*request, error) {
	r, err := l.fill(call)
	if err != nil {
		return nil, hide(err, l.scope)
	}
	return r, nil
}

func (l *link) fill(call *spec.Call) (*request, error) {
	target, err := call.Target.Path(l.scope)
	if err != nil {
		return nil, err
	}
	u, err := address(l.base, target)
	if err != nil {
		return nil, errors.New("it makes no address") // which may hold a secret
	}
	r := &l.made
	*r = request{method: call.Method, url: u, host: u.Host, headers: r.headers[:0], body: r.body[:0], hasBody: call.Body != nil}
	if r.headers, err = call.AppendHeaders(r.headers, l.scope); err != nil {
		return nil, err
	}
	if r.hasBody {
		if r.body, err = call.Body.Append(r.body, l.scope); err != nil {
			return nil, err
		}
	}
	r.takeHost()
	if l.cookies != nil {
		l.cookies.add(r)
	}
	return r, nil
}

// takeHost makes the host of a header that says it.
func (r *request) takeHost() {
	for i, h := range r.headers {
		if strings.EqualFold(h.Name, "Host") {
			if r.headers = append(r.headers[:i], r.headers[i+1:]...); h.Value != "" {
				r.host = h.Value
			}
			return
		}
	}
}

// takesBody reports whether a server expects to be told that there is no body, as RFC 9110, section 8.6, has it.
func (r *request) takesBody() bool {
	return r.method == "POST" || r.method == "PUT" || r.method == "PATCH"
}
