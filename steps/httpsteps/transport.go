// Package httpsteps gives code that calls a service over HTTP its steps, with no change to that code: only its
// [http.Client] gets another transport.
//
//	client := &http.Client{Transport: httpsteps.Transport{}}
package httpsteps

import (
	"context"
	"net/http"

	"github.com/lostupdate/stress/harness"
	"github.com/lostupdate/stress/steps/internal/label"
)

// Transport makes each request one [harness.Step], up to the header of its response, named by its method and the start of
// its path, such as "GET /wallets/7". A redirect is followed by a request, and so a step, of its own. A request finds its
// step through its context, so that one without the operation's context has none. Outside of the harness, everything is
// as with the base alone.
type Transport struct {
	Base http.RoundTripper // makes the requests; [http.DefaultTransport] if nil
}

// RoundTrip makes one request. If its step may not be taken, it is not sent, and the error says why.
func (t Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	taken := false
	response, err := harness.Step(r.Context(), name(r), func(ctx context.Context) (*http.Response, error) {
		taken = true
		if ctx == r.Context() {
			return t.base().RoundTrip(r)
		}
		response, err := t.base().RoundTrip(r.WithContext(ctx)) // so that what the base traces is a part of the step
		if response != nil {
			response.Request = r
		}
		return response, err
	})
	if !taken && r.Body != nil {
		_ = r.Body.Close() // as every RoundTripper must; why the step was not taken is what counts
	}
	return response, err
}

// CloseIdleConnections is what [http.Client.CloseIdleConnections] calls.
func (t Transport) CloseIdleConnections() {
	if base, ok := t.base().(interface{ CloseIdleConnections() }); ok {
		base.CloseIdleConnections()
	}
}

func (t Transport) base() http.RoundTripper {
	if t.Base == nil {
		return http.DefaultTransport
	}
	return t.Base
}

// name has neither host nor query, which may hold secrets.
func name(r *http.Request) string {
	method, path := r.Method, "/"
	if method == "" {
		method = http.MethodGet
	}
	if r.URL != nil && r.URL.Path != "" {
		path = r.URL.EscapedPath()
	}
	return label.Words(method + " " + path)
}
