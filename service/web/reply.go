package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// mostAnswer bounds what is read of an answer, in bytes.
const mostAnswer = 16 << 20

var errTooLarge = errors.New("the answer is larger than 16 MB")

// carrier is a connection that takes requests one after the other.
type carrier interface {
	io.Closer
	// exchange sends a request, and reads the answer as a whole. An error leaves the connection unfit for another.
	exchange(ctx context.Context, r *request) (reply, error)
	// usable reports whether the next request can be made, as far as anybody knows.
	usable() bool
}

// reply is an answer as it came. It is valid until its connection takes the next request.
type reply struct {
	status      int
	contentType string
	body        []byte
	last        bool // the connection takes no other request
	header      func() http.Header
}

// answer is what came back.
type answer struct {
	status int
	body   any
	header func() http.Header // until the next request
}

// broken is an answer that came in part.
func broken(status int, err error) error {
	return fmt.Errorf("status %d, but reading the answer: %w", status, err)
}

// parse reads a body: JSON if it says or looks so, else a text. It is an error if it says so and is none, with the text.
func parse(contentType string, body []byte) (any, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	v, err := readJSON(body)
	switch {
	case err == nil:
		return v, nil
	case strings.Contains(strings.ToLower(contentType), "json"):
		return string(body), fmt.Errorf("the answer is no JSON: %w", err)
	}
	return string(body), nil
}
