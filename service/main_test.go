package service_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// The test binary is also the service that the tests start, as these variables say. They begin with nothing that the harness
// reads.
const (
	roleVariable = "SERVICE_TEST_ROLE"
	pidVariable  = "SERVICE_TEST_PID" // the file that it writes its process ID to
)

const (
	bankRole   = "bank"
	mortalRole = "mortal" // a bank that ends by itself when it is asked for the hundredth time
	branchRole = "branch" // asks the bank at BANK_URL whatever it is asked
)

func TestMain(m *testing.M) {
	switch role := os.Getenv(roleVariable); role {
	case bankRole, mortalRole, branchRole:
		serve(role)
	default:
		goleak.VerifyTestMain(m) // Test leaves nothing behind
	}
}

// serve is a service in a process of its own.
func serve(role string) {
	if path := os.Getenv(pidVariable); path != "" {
		_ = os.WriteFile(path, fmt.Append(nil, os.Getpid()), 0o600)
	}
	fmt.Println("the bank opens")
	handler := newBank().handler()
	if role == branchRole {
		bank, _ := url.Parse(os.Getenv("BANK_URL"))
		handler = httputil.NewSingleHostReverseProxy(bank)
	}
	var asked atomic.Int64
	server := &http.Server{
		Addr: "127.0.0.1:" + os.Getenv("PORT"), ReadHeaderTimeout: time.Minute,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1) == 100 && role == mortalRole {
				fmt.Println("out of luck")
				os.Exit(7)
			}
			handler.ServeHTTP(w, r)
		}),
	}
	fmt.Println(server.ListenAndServe())
	os.Exit(1)
}

// fake is a testing.TB that writes down what it is told.
type fake struct {
	t                  *testing.T
	logs, errors, ends []string
	folder             string // of artefacts
	onError            func()
}

func (f *fake) Helper()                  {}
func (f *fake) Name() string             { return "TestWallet" }
func (f *fake) Context() context.Context { return f.t.Context() }
func (f *fake) ArtifactDir() string      { return f.folder }
func (f *fake) Logf(format string, args ...any) {
	f.logs = append(f.logs, fmt.Sprintf(format, args...))
}
func (f *fake) Errorf(format string, args ...any) {
	if f.errors = append(f.errors, fmt.Sprintf(format, args...)); f.onError != nil {
		f.onError()
	}
}

func (f *fake) Fatalf(format string, args ...any) {
	f.ends = append(f.ends, fmt.Sprintf(format, args...))
}
