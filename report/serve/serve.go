// Package serve shows the runs in a folder in a browser: an index, the page of each run, two runs side by side.
//
// It trusts nothing that is in the folder. All files are opened below it, so that no path and no link leads out, and only those
// of names that a run has. What a value holds is shown, never run: the pages made here run no script but their own, whose hashes
// are in their policy; the page of a run, which may have been made anywhere, runs in a sandbox, an origin of its own, from which
// it can neither load anything nor ask anything of the server. Nothing is changed in the folder.
package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/lostupdate/stress/report"
)

// Options say what is served, and how.
type Options struct {
	// Root is the folder of the runs. Required; it stays the caller's to close.
	Root *os.Root
	// Name is what the folder is called on the pages.
	Name string
	// Loopback says that only this machine reaches the server. Then requests for other hosts are refused: a page from elsewhere
	// whose name was made to lead here (DNS rebinding) must not read what the runs hold.
	Loopback bool
	// Check makes the report of a run that has none, from its history; the name is for errors. Nil: such runs have no page.
	Check func(ctx context.Context, history *os.File, name string) (*report.Report, error)
	// Timeout bounds Check. 0 is no bound.
	Timeout time.Duration
}

// Server shows runs. It must be closed.
type Server struct {
	o      Options
	folder folder
	index  *index
	maker  *maker
	pages  *pages
}

// New makes a server.
func New(o Options) (*Server, error) {
	p, err := newPages(o.Name)
	if err != nil {
		return nil, err
	}
	m, err := newMaker()
	if err != nil {
		return nil, err
	}
	f := folder{o.Root}
	return &Server{o: o, folder: f, index: &index{folder: f, known: map[string]cached{}}, maker: m, pages: p}, nil
}

// Close removes the pages that were made.
func (s *Server) Close() error { return s.maker.close() }

// mostBody is how long what is sent to the server may be, in bytes: a form without fields.
const mostBody = 4 << 10

// Handler answers requests. Nothing but GET and HEAD is answered, except where a run is to be checked; that a page of another
// origin can not ask for.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.handle(s.list))
	mux.HandleFunc("GET /latest", s.handle(s.latest))
	mux.HandleFunc("GET /diff", s.handle(s.diff))
	mux.HandleFunc("GET /run/{run}/{$}", s.handle(s.run))
	mux.HandleFunc("GET /run/{run}/{file}", s.handle(s.file))
	mux.HandleFunc("POST /run/{run}/check", s.handle(s.check))
	guarded := http.NewCrossOriginProtection().Handler(http.MaxBytesHandler(mux, mostBody))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cache-Control", "no-cache")
		if s.o.Loopback && !local(r.Host) {
			http.Error(w, "This server is for this machine alone: ask it as localhost or 127.0.0.1.", http.StatusMisdirectedRequest)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

// local reports whether a host is a name of the loopback.
func local(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}

// statusError is an error with the status that it is answered with; its text is for whoever asked.
type statusError struct {
	code int
	error
}

func (e statusError) Unwrap() error { return e.error }

// sentence is an error that a page tells.
type sentence string

func (s sentence) Error() string { return string(s) }

func answer(code int, format string, args ...any) error {
	return statusError{code, fmt.Errorf(format, args...)}
}

// handle answers with the error's page where there is one.
func (s *Server) handle(f func(w http.ResponseWriter, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := f(w, r)
		if err == nil {
			return
		}
		told := statusError{http.StatusInternalServerError, err}
		switch {
		case errors.As(err, &told):
		case errors.Is(err, os.ErrNotExist):
			told = statusError{http.StatusNotFound, sentence("There is no such run here, or it has no such file.")}
		case errors.Is(err, os.ErrPermission):
			told = statusError{http.StatusForbidden, sentence("This can't be read: permission denied.")}
		}
		s.pages.fault(w, told.code, told.Error())
	}
}
