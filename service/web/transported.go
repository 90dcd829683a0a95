package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
)

// transported is a connection of a transport, which has TLS, or HTTP/2.
type transported struct {
	*http.ClientConn

	buffer bytes.Buffer
}

func (t *transported) usable() bool { return t.Err() == nil && t.Available() > 0 }

func (t *transported) exchange(ctx context.Context, r *request) (reply, error) {
	resp, err := t.RoundTrip(r.standard(ctx))
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	t.buffer.Reset()
	n, err := io.Copy(&t.buffer, io.LimitReader(resp.Body, mostAnswer+1))
	if n > mostAnswer {
		_ = t.ClientConn.Close() // else what is left of it would be read
		err = errTooLarge
	}
	if err != nil {
		return reply{}, broken(resp.StatusCode, err)
	}
	return reply{
		status: resp.StatusCode, contentType: resp.Header.Get("Content-Type"), body: t.buffer.Bytes(), last: resp.Close,
		header: func() http.Header { return resp.Header },
	}, nil
}

// standard is the request as the standard library has it.
func (r *request) standard(ctx context.Context) *http.Request {
	s := &http.Request{Method: r.method, URL: r.url, Host: r.host, Header: make(http.Header, len(r.headers))}
	for _, h := range r.headers {
		s.Header.Set(h.Name, h.Value)
	}
	if r.hasBody {
		// A copy: a transport may still read it when the answer is there, and the next request is made.
		s.Body, s.ContentLength = io.NopCloser(bytes.NewReader(bytes.Clone(r.body))), int64(len(r.body))
		if len(r.body) == 0 {
			s.Body = http.NoBody // it would be sent in chunks
		}
	}
	return s.WithContext(ctx)
}
